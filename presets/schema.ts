import { objectSchema, type ValueSchema } from "../stages/schema.ts";
import { stages } from "../stages/mod.ts";
import { commonKeys } from "./preset.ts";

/** The names of all stages, in the order of the chain. */
const stageNames = stages.map(({ name }) => name);

/** The JSON Schema of a preset, put together from what every stage declares. */
export const presetOptions: Readonly<Record<string, ValueSchema>> = {
  ...commonKeys,
  pipeline: {
    type: "array",
    items: { type: "string", enum: stageNames },
    minItems: 1,
    default: stageNames,
    description: "the stages, in order",
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
    ...standard(objectSchema(presetOptions)),
  };
}

/** A schema without the keywords that are ours alone. */
function standard(value: unknown): object {
  return JSON.parse(
    JSON.stringify(value, (key, inner) => key === "flag" || key === "location" || key === "whole" ? undefined : inner),
  );
}
