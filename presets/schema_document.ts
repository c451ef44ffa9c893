import { isObject } from "../base/json.ts";
import type { ValueSchema } from "../chain/schema.ts";
import { modulePattern } from "./locations.ts";

/** The schema as a document for editors: presets/schema.json. */
export function schemaDocument(schema: ValueSchema): object {
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Impasto preset",
    ...standard(schema) as object,
  };
}

/** Rewrites a schema by the keywords of JSON Schema draft 7 alone. */
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
  // An entry that is merged with one of the preset below may leave out the name.
  const { required: ____, ...open } = rest;
  return { ...whole ? rest : open, ...conditions(value as ValueSchema, discriminator.propertyName, oneOf) };
}

/**
 * A choice by name in keywords that editors complete by: `properties` with the options of all branches, and an `if` for
 * each branch that allows its own alone. An entry without a name, or with that of a module, may have any of them.
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

function eitherOf(schemas: readonly ValueSchema[]): ValueSchema {
  return { description: schemas.map(({ description }) => description).join("; or "), anyOf: schemas };
}
