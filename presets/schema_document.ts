import { isObject } from "../base/json.ts";
import type { ValueSchema } from "../chain/schema.ts";
import { layerNames, type Network, networks } from "../networks/network.ts";
import { modulePattern } from "./locations.ts";

/** The schema as a document for editors: presets/schema.json. */
export function schemaDocument(schema: ValueSchema): object {
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Impasto preset",
    ...withLayersOf(networks, standard(schema) as ValueSchema),
  };
}

/** Where a preset names layers: the layers of each term in its section. */
const toLayers = ["loss-build", "terms", "*", "layers"] as const;

/** A schema in which an editor completes the layers of the network that a preset names; those of all if it names none. */
function withLayersOf(networks: Readonly<Record<string, Network>>, schema: ValueSchema): object {
  const within = ([key, ...rest]: readonly string[], inner: object): object => {
    if (key === undefined) return inner;
    const deeper = within(rest, inner);
    return { type: "object", ...key === "*" ? { additionalProperties: deeper } : { properties: { [key]: deeper } } };
  };
  const naming = (layers: readonly string[]) =>
    within(toLayers, {
      type: "object",
      properties: Object.fromEntries(layers.map((layer) => [layer, { description: "weight of the layer" }])),
    });
  const named = (test: object) => ({ required: ["network"], properties: { network: test } });
  const names = Object.keys(networks);
  const all = [...new Set(Object.values(networks).flatMap(layerNames))];
  return {
    ...changedAt(schema, toLayers, ({ properties: _, ...rest }) => rest),
    allOf: [
      ...names.map((name) => ({ if: named({ const: name }), then: naming(layerNames(networks[name])) })),
      { if: named({ enum: names }), then: {}, else: naming(all) },
    ],
  };
}

/** A schema with what is at a path changed; `*` stands for keys of any name. */
function changedAt(
  schema: ValueSchema,
  [key, ...rest]: readonly string[],
  change: (schema: ValueSchema) => ValueSchema,
): ValueSchema {
  if (key === undefined) return change(schema);
  const { properties = {}, additionalProperties } = schema;
  if (key === "*") {
    return { ...schema, additionalProperties: changedAt(additionalProperties as ValueSchema, rest, change) };
  }
  return { ...schema, properties: { ...properties, [key]: changedAt(properties[key], rest, change) } };
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
 * each branch that allows its own alone. An entry without a name, or with that of a module, may have any of them, and
 * with any value: what it inherits, or the module, may be of somebody's own.
 */
function conditions({ properties }: ValueSchema, key: string, branches: readonly ValueSchema[]) {
  const options = branches.map(({ properties = {} }) => Object.entries(properties).filter(([name]) => name !== key));
  const all = Map.groupBy(options.flat().filter(([, schema]) => Object.keys(schema).length > 0), ([name]) => name);
  const known = [...all].map(([name, entries]) => {
    const schemas = new Map(entries.map(([, schema]) => [JSON.stringify(schema), schema]));
    return [name, shown([...schemas.values()])] as const;
  });
  return {
    properties: standard({ ...properties, ...Object.fromEntries(known) }),
    allOf: branches.map(({ properties = {} }) => ({
      if: { required: [key], properties: { [key]: properties[key] } },
      then: {
        properties: standard(withoutKey(properties, key)),
        propertyNames: { enum: Object.keys(properties) },
      },
    })),
  };
}

function withoutKey(properties: Readonly<Record<string, ValueSchema>>, key: string): Record<string, ValueSchema> {
  return Object.fromEntries(
    Object.entries(properties).filter(([name, schema]) => name !== key && Object.keys(schema).length > 0),
  );
}

/** What an editor tells of values, and offers, without a rule that they must obey. */
function shown(schemas: readonly ValueSchema[]): ValueSchema {
  const examples = schemas.flatMap(({ enum: values = [], default: usual }) => [
    ...values,
    ...values.length === 0 && usual !== undefined ? [usual] : [],
  ]);
  const description = [...new Set(schemas.map(({ description }) => description))].join("; or ");
  return { description, ...examples.length > 0 && { examples: [...new Set(examples)] } };
}
