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

function eitherOf(schemas: readonly ValueSchema[]): ValueSchema {
  return { description: schemas.map(({ description }) => description).join("; or "), anyOf: schemas };
}
