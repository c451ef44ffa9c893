import { isObject, type Json } from "../base/json.ts";
import type { ValueSchema } from "../stages/schema.ts";
import { isModulePath } from "./locations.ts";

export { isObject, type Json };

/**
 * `over` laid on `under`: objects key by key, all else replaced, and so are maps that the schema calls whole.
 *
 * @param deep Merges those maps key by key as well, and an object of indices into a list entry by entry.
 */
export function merge(under: unknown, over: unknown, schema: ValueSchema, deep = false): unknown {
  if (deep && Array.isArray(under) && indexes(over, under)) {
    const list = [...under];
    for (const [key, inner] of Object.entries(over)) {
      list[Number(key)] = merge(under[Number(key)], inner, schemaOf(schema, key), deep);
    }
    return list;
  }
  if (!isObject(under) || !isObject(over) || (schema.whole && !deep)) return over;
  const keys = new Set([...Object.keys(under), ...Object.keys(over)]);
  return Object.fromEntries([...keys].map((key) => [
    key,
    Object.hasOwn(over, key) ? merge(own(under, key), over[key], schemaOf(schema, key), deep) : under[key],
  ]));
}

/** A value without the keys that hold `undefined`, which code writes for what it leaves out. */
export function defined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(defined);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(entries.map(([key, inner]) => [key, defined(inner)]));
}

/** Whether all keys are indices of a list's entries, or of the one to come. */
function indexes(over: unknown, list: readonly unknown[]): over is Json {
  return isObject(over) && Object.keys(over).every((key) => isIndex(key) && Number(key) <= list.length);
}

/** Whether a key is the index of an entry. */
function isIndex(key: string): boolean {
  return /^(0|[1-9]\d*)$/.test(key);
}

/** Whether a key leads into a list. */
export function entersList({ items, anyOf = [] }: ValueSchema, key: string): boolean {
  return isIndex(key) && [items, ...anyOf.map(({ items }) => items)].some((entry) => entry !== undefined);
}

/** A value with every default that its schema knows. */
export function withDefaults(value: unknown, schema: ValueSchema): unknown {
  const fitting = fittingOf(value, schema);
  if (Array.isArray(value) && fitting.items) return value.map((item) => withDefaults(item, fitting.items!));
  if (!isObject(value)) return value;
  const absent = Object.entries(fitting.properties ?? {}).filter(([key, { default: byDefault }]) =>
    !Object.hasOwn(value, key) && byDefault !== undefined
  );
  const complete = { ...value, ...Object.fromEntries(absent.map(([key, inner]) => [key, inner.default])) };
  return Object.fromEntries(
    Object.entries(complete).map(([key, inner]) => [key, withDefaults(inner, schemaOf(fitting, key))]),
  );
}

/** A value with each of its locations passed through `change`. */
export function mapLocations(
  value: unknown,
  schema: ValueSchema,
  change: (text: string, path: string, kind: "read" | "write" | "code") => string,
  path = "",
): unknown {
  const below = (key: string | number) => path === "" ? String(key) : `${path}.${key}`;
  const fitting = fittingOf(value, schema);
  if (typeof value === "string") {
    if (fitting.module && isModulePath(value)) return change(value, path, "code");
    return fitting.location && value !== "" ? change(value, path, fitting.location) : value;
  }
  if (Array.isArray(value)) return value.map((item, i) => mapLocations(item, fitting.items ?? {}, change, below(i)));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, mapLocations(inner, schemaOf(fitting, key), change, below(key))]),
  );
}

/** Of a choice, the schema that a value of this type is meant to fit. */
export function fittingOf(value: unknown, schema: ValueSchema): ValueSchema {
  return schema.anyOf?.find(({ type }) => type === typeOf(value)) ?? schema;
}

/** A value in which what some keys lead to is changed; as it is where they lead nowhere. */
export function changeAt(value: unknown, path: readonly string[], change: (inner: unknown) => unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return change(value);
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return value;
  const inner = changeAt((value as Json)[key], rest, change);
  return Array.isArray(value) ? value.with(Number(key), inner) : { ...value, [key]: inner };
}

/** The schema of a key of an object, or of an index of a list. */
export function schemaOf(schema: ValueSchema, key: string): ValueSchema {
  if (schema.items && isIndex(key)) return schema.items;
  const other = typeof schema.additionalProperties === "object" ? schema.additionalProperties : {};
  return own(schema.properties ?? {}, key) ?? other;
}

/** What an object holds itself: a key may bear any name, `constructor` too. */
function own<T>(object: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

function typeOf(value: unknown): string {
  if (Array.isArray(value)) return "array";
  return isObject(value) ? "object" : Number.isInteger(value) ? "integer" : typeof value;
}
