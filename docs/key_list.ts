import { isObject } from "../base/json.ts";
import { openRegistry } from "../presets/registry.ts";
import type { ValueSchema } from "../chain/schema.ts";
import { fileOf, strips } from "./strips.ts";

/** Every key of a preset as a page shows it: from the schema, with the strips that show what it changes. */
export function keyList(): string {
  const entries = Object.entries(openRegistry().schema().properties!);
  const common = entries.filter(([, { properties }]) => !properties);
  const sections = entries.filter(([, { properties }]) => properties);
  return [
    "### The preset as a whole",
    ...common.flatMap(([key, schema]) => entry(key, schema)),
    ...sections.flatMap(([name, schema]) => [
      `### \`${name}\``,
      sentence(schema.description),
      ...Object.entries(schema.properties!).flatMap(([key, inner]) => entry(`${name}.${key}`, inner)),
    ]),
  ].join("\n\n");
}

/** A key, and those below it. */
function entry(path: string, schema: ValueSchema): string[] {
  const strip = strips[path];
  const below = (inner: ValueSchema, at: string) =>
    Object.entries({ ...inner.properties, ...ownOptions(inner) }).flatMap(([key, schema]) =>
      entry(`${at}.${key}`, schema)
    );
  const { items, additionalProperties, anyOf = [] } = schema;
  return [
    `#### \`${path}\``,
    `${sentence(schema.description)} ${facts(schema)}`.trim(),
    ...strip ? [`![${path} at ${strip.values.length} values](${fileOf(path)})`] : [],
    ...isMap(schema) ? [] : [schema, ...anyOf].flatMap((branch) => below(branch, path)),
    ...items ? below(items, `${path}.0`) : [],
    ...typeof additionalProperties === "object" ? below(additionalProperties, `${path}.*`) : [],
  ];
}

/** The options of all plug-ins that a place takes; none if they have sections of their own. */
function ownOptions({ oneOf = [], whole, properties = {} }: ValueSchema): Readonly<Record<string, ValueSchema>> {
  const all = whole ? [] : oneOf.flatMap((branch) => Object.entries(branch.properties ?? {}));
  return Object.fromEntries(all.filter(([key]) => !Object.hasOwn(properties, key)));
}

/** Whether the keys that a schema names are only examples: it allows any others alike. */
function isMap({ properties, additionalProperties: other }: ValueSchema): boolean {
  return isObject(other) &&
    Object.values(properties ?? {}).every((inner) => JSON.stringify(inner) === JSON.stringify(other));
}

function facts(schema: ValueSchema): string {
  const { default: byDefault, flag } = schema;
  const shown = byDefault === undefined || byDefault === "" || JSON.stringify(byDefault) === "{}"
    ? ""
    : `Default: \`${JSON.stringify(byDefault)}\`.`;
  return [sentence(valueOf(schema)), shown, flag ? `Flag: \`--${flag}\`.` : ""].filter(Boolean).join(" ");
}

/** What a value may be, in words. */
function valueOf(schema: ValueSchema): string {
  const { type, enum: names, anyOf, minimum, maximum, exclusiveMinimum, module, location, items } = schema;
  if (anyOf) return anyOf.map(valueOf).join("; or ");
  if (names) {
    const listed = names.map((name) => `\`${name}\``).join(", ");
    return `${names.length > 1 ? "one of " : ""}${listed}${module ? ", or the path or URL of a module" : ""}`;
  }
  if (location) return location === "read" ? "a path or URL" : "a path";
  const words: Readonly<Record<string, string>> = {
    integer: "a whole number",
    number: "a number",
    string: "text",
    boolean: "true or false",
    array: items && !items.properties ? `a list, each ${valueOf(items)}` : "a list",
    object: "an object",
  };
  const range = [
    exclusiveMinimum === undefined ? "" : `above ${exclusiveMinimum}`,
    minimum === undefined ? "" : `from ${minimum}`,
    maximum === undefined ? "" : `to ${maximum}`,
  ].filter(Boolean).join(" ");
  return [words[String(type)] ?? "", range].filter(Boolean).join(" ");
}

function sentence(text = ""): string {
  return text === "" ? "" : `${text.replace(/^[a-z]/, (letter) => letter.toUpperCase())}.`;
}
