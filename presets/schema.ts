import { type ModuleKind, objectSchema, type PluginPlace, type ValueSchema } from "../chain/schema.ts";
import { pipelines, stages } from "../stages/mod.ts";
import { modulePattern } from "./locations.ts";
import { commonKeys } from "./common_keys.ts";

/** The schema of each key of a preset: the common ones, and a section for each stage that ships, of its options. */
export const presetOptions: Readonly<Record<string, ValueSchema>> = {
  ...commonKeys,
  pipeline: {
    type: "array",
    items: { plugin: { kind: "stage", alone: true, sections: true }, whole: true },
    minItems: 1,
    default: pipelines.optimise,
    description: 'the stages, in order, by name; one of your own is { "stage": path or URL, …options }',
  },
  ...Object.fromEntries(
    stages.filter(({ options }) => Object.keys(options).length > 0).map(({ name, description, options }) => [
      name,
      { ...objectSchema(options), default: {}, description: `options of ${name}, which ${description}` },
    ]),
  ),
};

/** Whether a key of a preset holds the options of a stage that ships. */
export function isSection(key: string): boolean {
  return Object.hasOwn(presetOptions, key) && stages.some(({ name }) => name === key);
}

/** A plug-in under the name that presets call it by. */
export interface Entry {
  readonly name: string;
  readonly plugin: { readonly name: string; readonly options: Readonly<Record<string, ValueSchema>> };
}

/**
 * Replaces the keyword `plugin` in a schema by a `oneOf` discriminated by the plug-in's name: each branch has the
 * options of one plug-in.
 *
 * @param entries The plug-ins of a kind.
 */
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
