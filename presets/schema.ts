import { namedSchema, objectSchema, type ValueSchema } from "../stages/schema.ts";
import { stages } from "../stages/mod.ts";
import { modulePattern } from "./locations.ts";
import { isObject } from "./merge.ts";
import { commonKeys } from "./preset.ts";

/** The names of all stages, in the order of the chain. */
const stageNames = stages.map(({ name }) => name);

/** The JSON Schema of a preset, put together from what every stage declares. */
export const presetOptions: Readonly<Record<string, ValueSchema>> = {
  ...commonKeys,
  pipeline: {
    type: "array",
    items: namedSchema("stage", stageNames),
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

/** The schema as a document for editors: presets/schema.json. */
export function schemaDocument(): object {
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Impasto preset",
    ...standard(objectSchema(presetOptions)) as object,
  };
}

/** A schema in the words of JSON Schema alone: without our keywords, and with what they mean written out. */
function standard(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(standard);
  if (!isObject(value)) return value;
  const { flag: _, location: __, whole: ___, module, ...own } = value;
  const rest = Object.fromEntries(Object.entries(own).map(([key, inner]) => [key, standard(inner)]));
  if (typeof module === "string") {
    const { enum: names, ...other } = rest;
    return { ...other, anyOf: [{ enum: names }, { pattern: modulePattern.source }] };
  }
  const [named] = Object.entries(value.properties ?? {}).find(([, inner]) => inner.module) ?? [];
  if (!named || value.additionalProperties !== false) return rest;
  // The options of a module's own are not known here.
  const { additionalProperties: ____, ...open } = rest;
  const known = { enum: Object.keys(value.properties ?? {}) };
  return {
    ...open,
    if: { properties: { [named]: { type: "string", pattern: modulePattern.source } } },
    else: { propertyNames: known },
  };
}
