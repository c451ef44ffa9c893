import { type ModuleKind, objectSchema, type PluginPlace, type ValueSchema } from "../chain/schema.ts";
import { stages } from "../stages/mod.ts";
import { isObject } from "../base/json.ts";
import { modulePattern } from "./locations.ts";
import { commonKeys } from "./common_keys.ts";

/** The names of all stages, in the order of the chain. */
const stageNames = stages.map(({ name }) => name);

/** The keys of a preset: its own, and a section for each stage that ships, put together from what it declares. */
export const presetOptions: Readonly<Record<string, ValueSchema>> = {
  ...commonKeys,
  pipeline: {
    type: "array",
    items: { plugin: { kind: "stage", alone: true, sections: true }, whole: true },
    minItems: 1,
    default: stageNames,
    description: 'the stages, in order, by name; one of your own is { "stage": path or URL, …options }',
  },
  ...Object.fromEntries(
    stages.filter(({ options }) => Object.keys(options).length > 0).map(({ name, description, options }) => [
      name,
      { ...objectSchema(options), default: {}, description: `options of ${name}, which ${description}` },
    ]),
  ),
};

/** Something that a place takes, under the name that a preset calls it. */
export interface Entry {
  readonly name: string;
  readonly plugin: { readonly name: string; readonly options: Readonly<Record<string, ValueSchema>> };
}

/** A schema in which each place that takes a plug-in says what there is to take: a branch for each, by its name. */
export function expanded(schema: ValueSchema, entries: (kind: ModuleKind) => readonly Entry[]): ValueSchema {
  const inner = (schema: ValueSchema) => expanded(schema, entries);
  const all = (record: Readonly<Record<string, ValueSchema>>) =>
    Object.fromEntries(Object.entries(record).map(([key, schema]) => [key, inner(schema)]));
  const { properties, items, additionalProperties: others, anyOf, plugin, ...rest } = schema;
  const whole: ValueSchema = {
    ...rest,
    ...properties && { properties: all(properties) },
    ...items && { items: inner(items) },
    ...others !== undefined && { additionalProperties: typeof others === "object" ? inner(others) : others },
    ...anyOf && { anyOf: anyOf.map(inner) },
  };
  return plugin ? choiceOf(plugin, whole, entries(plugin.kind), all) : whole;
}

function choiceOf(
  { kind, alone, sections }: PluginPlace,
  { properties: shared = {}, ...schema }: ValueSchema,
  entries: readonly Entry[],
  all: (options: Readonly<Record<string, ValueSchema>>) => Readonly<Record<string, ValueSchema>>,
): ValueSchema {
  const plain = entries.map(({ name }) => name).filter((name) => !modulePattern.test(name));
  const name: ValueSchema = {
    type: "string",
    enum: plain,
    module: kind,
    description: `the ${kind}: a name or a module`,
  };
  const anything = Object.fromEntries(Object.keys(shared).map((key) => [key, {}]));
  const branches = entries.map(({ name, plugin }): ValueSchema => {
    const options = sections ? withoutDefaults(plugin.options) : plugin.options;
    return {
      title: plugin.name,
      properties: { ...all(options), ...anything, [kind]: { const: name } },
      additionalProperties: false,
    };
  });
  const object: ValueSchema = {
    type: "object",
    required: [kind],
    properties: { [kind]: name, ...shared },
    discriminator: { propertyName: kind },
    oneOf: branches,
    ...alone && { whole: true },
  };
  return alone ? { ...schema, anyOf: [name, object] } : { ...schema, ...object };
}

function withoutDefaults(options: Readonly<Record<string, ValueSchema>>): Record<string, ValueSchema> {
  return Object.fromEntries(Object.entries(options).map(([key, { default: _, ...rest }]) => [key, rest]));
}

function eitherOf(schemas: readonly ValueSchema[]): ValueSchema {
  return { description: schemas.map(({ description }) => description).join("; or "), anyOf: schemas };
}

/** The schema as a document for editors: presets/schema.json. */
export function schemaDocument(schema: ValueSchema): object {
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Impasto preset",
    ...standard(schema) as object,
  };
}

/** A schema in the words of JSON Schema alone: without our keywords, and with what they mean written out. */
function standard(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(standard);
  if (!isObject(value)) return value;
  const { flag: _, location: __, plugin: ___, whole, module, discriminator, oneOf, ...own } = value as ValueSchema;
  const rest = Object.fromEntries(Object.entries(own).map(([key, inner]) => [key, standard(inner)]));
  if (typeof module === "string") {
    const { enum: names, ...other } = rest;
    return { ...other, anyOf: [{ enum: names }, { pattern: modulePattern.source }] };
  }
  if (!discriminator || !oneOf) return rest;
  // What is merged with an entry of the preset below may leave the name to that one.
  const { required: ____, ...open } = rest;
  return { ...whole ? rest : open, ...conditions(value as ValueSchema, discriminator.propertyName, oneOf) };
}

/**
 * A choice by name in words that an editor completes by: all options that any of the choices has, and for each of them
 * which these are. The options of a module's own are not known here, nor is what an inherited name stands for.
 */
function conditions({ properties }: ValueSchema, key: string, branches: readonly ValueSchema[]) {
  const options = branches.map(({ properties = {} }) => Object.entries(properties).filter(([name]) => name !== key));
  const all = Map.groupBy(options.flat().filter(([, schema]) => Object.keys(schema).length > 0), ([name]) => name);
  const known = [...all].map(([name, entries]) => {
    const schemas = new Map(entries.map(([, schema]) => [JSON.stringify(schema), schema]));
    return [name, schemas.size === 1 ? entries[0][1] : eitherOf([...schemas.values()])] as const;
  });
  return {
    properties: standard({ ...properties, ...Object.fromEntries(known) }),
    allOf: branches.map(({ properties = {} }) => ({
      if: { required: [key], properties: { [key]: properties[key] } },
      then: { propertyNames: { enum: Object.keys(properties) } },
    })),
  };
}
