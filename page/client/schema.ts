/// <reference lib="dom" />
import { signal } from "npm:@preact/signals@2.11.4";

/** JSON Schema, as far as controls are made from it. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly location?: string;
  readonly module?: string;
}

/** The schema of presets. */
export const schema = signal<Schema>({});
/** The layers of each network. */
export const layers = signal<Readonly<Record<string, readonly string[]>>>({});
/** The presets that ship. */
export const presets = signal<readonly { name: string; description: string; picture: boolean }[]>([]);

/** Asks the server for all three. */
export async function loadSchema(): Promise<void> {
  const answer = await fetch("/schema");
  if (!answer.ok) return;
  const news = await answer.json();
  schema.value = news.schema;
  layers.value = news.layers;
  presets.value = news.presets;
}

/** The schema of a key of an object. */
export function innerSchema(
  { properties = {}, additionalProperties, oneOf = [], anyOf = [] }: Schema,
  key: string,
): Schema {
  if (Object.hasOwn(properties, key)) return properties[key];
  const branch = [...oneOf, ...anyOf].find((branch) => Object.hasOwn(branch.properties ?? {}, key));
  if (branch) return branch.properties![key];
  return typeof additionalProperties === "object" ? additionalProperties : {};
}

/** The schema at a path. */
export function schemaAt(path: readonly string[]): Schema {
  return path.reduce(innerSchema, schema.value);
}

/** What is typed as a value of several types: JSON, or else the text itself. */
export function typedValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
