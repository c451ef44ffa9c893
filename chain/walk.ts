/**
 * The one walk over a value and its schema: a visitor finds or changes something in a preset.
 *
 * @module
 */
import { isObject } from "../base/json.ts";
import { type ModuleKind, objectSchema, type ValueSchema } from "./schema.ts";

/** The keys and indices that lead to an inner value. */
export type Path = readonly string[];

/** Gets a value with the branch of the schema that fits it, and returns what takes the value's place. */
type Visit = (value: unknown, schema: ValueSchema, path: Path) => unknown;

/** Visits the inner values of a value, the innermost first, then the value itself. */
export function walk(value: unknown, schema: ValueSchema, visit: Visit, path: Path = []): unknown {
  const fitting = branchOf(value, schema);
  const inner = (key: string, value: unknown) => walk(value, schemaOf(fitting, key), visit, [...path, key]);
  if (Array.isArray(value)) return visit(value.map((item, i) => inner(String(i), item)), fitting, path);
  if (!isObject(value) || fitting.module) return visit(value, fitting, path);
  const entries = Object.entries(value).map(([key, item]) => [key, inner(key, item)]);
  return visit(Object.fromEntries(entries), fitting, path);
}

/** The branch of a schema that a value is meant to fit: by its type, or by the name in its discriminator. */
export function branchOf(value: unknown, schema: ValueSchema): ValueSchema {
  if (schema.plugin) return pluginBranchOf(value, schema, schema.plugin);
  const types = Number.isInteger(value) ? ["integer", "number"] : [typeOf(value)];
  const ofType = schema.anyOf?.find(({ type }) => types.includes(String(type))) ?? schema;
  const { oneOf, discriminator } = ofType;
  if (!oneOf || !discriminator || !isObject(value)) return ofType;
  const { propertyName: key } = discriminator;
  const named = oneOf.find(({ properties = {} }) => properties[key].const === own(value, key));
  return named ? { ...ofType, ...named, properties: { ...named.properties, ...ofType.properties } } : ofType;
}

/** The schema of a plug-in in a place that takes one: of its name, or of an object with its name and its options. */
function pluginBranchOf(value: unknown, schema: ValueSchema, { kind, alone }: NonNullable<ValueSchema["plugin"]>) {
  const name: ValueSchema = { module: kind };
  if (!isObject(value) || alone && !Object.hasOwn(value, kind)) return alone ? name : schema;
  const plugin = value[kind] as { readonly options?: Readonly<Record<string, ValueSchema>> } | undefined;
  return objectSchema({ ...plugin?.options, ...schema.properties, [kind]: name });
}

/** The schema of a key of an object, or of an index of a list. */
export function schemaOf(schema: ValueSchema, key: string): ValueSchema {
  const { items, properties = {}, additionalProperties: others, oneOf = [] } = schema;
  if (items && isIndex(key)) return items;
  const known = own(properties, key) ??
    oneOf.find(({ properties = {} }) => Object.hasOwn(properties, key))?.properties?.[key];
  return known ?? (typeof others === "object" ? others : {});
}

/** The schema of an inner value. */
export function schemaAt(schema: ValueSchema, path: Path): ValueSchema {
  return path.reduce(schemaOf, schema);
}

/** Whether a key leads into a list. */
export function entersList({ items, anyOf = [] }: ValueSchema, key: string): boolean {
  return isIndex(key) && [items, ...anyOf.map(({ items }) => items)].some((entry) => entry !== undefined);
}

/** Whether a key is the index of an entry. */
export function isIndex(key: string): boolean {
  return /^(0|[1-9]\d*)$/.test(key);
}

/** The value of an object's own key; undefined for what it inherits, such as `constructor`. */
export function own<T>(object: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** A value with the defaults of all keys that it lacks. Keys with defaults have one order, whoever gave them. */
export function withDefaults(value: unknown, schema: ValueSchema): unknown {
  return walk(value, schema, (value, { properties = {}, module }) => {
    if (!isObject(value) || module) return value;
    const optional = Object.entries(properties).filter(([, { default: byDefault }]) => byDefault !== undefined);
    const others = Object.entries(value).filter(([key]) => !optional.some(([name]) => name === key));
    const complete = optional.map(([key, inner]) => [
      key,
      Object.hasOwn(value, key) ? value[key] : withDefaults(inner.default, inner),
    ]);
    return Object.fromEntries([...others, ...complete]);
  });
}

/** What a location is for: a file to read, one to write, or code to load. */
export type LocationKind = "read" | "write" | "code";

/** A value with `change` applied to each of its locations; a plug-in's name is one if `isModule` says so. */
export function mapLocations(
  value: unknown,
  schema: ValueSchema,
  isModule: (name: unknown) => boolean,
  change: (text: string, path: Path, kind: LocationKind) => string,
  path: Path = [],
): unknown {
  return walk(value, schema, (value, { module, location }, path) => {
    if (typeof value !== "string") return value;
    if (module) return isModule(value) ? change(value, path, "code") : value;
    return location && value !== "" ? change(value, path, location) : value;
  }, path);
}

/** The name of a plug-in in a value. */
interface Use {
  readonly kind: ModuleKind;
  readonly name: string;
  readonly path: Path;
}

/** Every stage, loss and optimiser that a value names. */
export function usesIn(value: unknown, schema: ValueSchema): Use[] {
  const uses: Use[] = [];
  walk(value, schema, (value, { module: kind }, path) => {
    if (kind && typeof value === "string") uses.push({ kind, name: value, path });
    return value;
  });
  return uses;
}

function typeOf(value: unknown): string {
  if (Array.isArray(value)) return "array";
  return isObject(value) ? "object" : typeof value;
}
