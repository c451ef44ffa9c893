import { parseArgs } from "node:util";
import type { PresetLayer } from "../presets/layers.ts";
import { currentFolder, isUrl } from "../presets/locations.ts";
import { merge } from "../presets/merge.ts";
import { presetOptions } from "../presets/schema.ts";
import { messageOf, UserError } from "../base/errors.ts";
import { repeatedKeys } from "../base/repeated_keys.ts";
import { didYouMean } from "../base/nearest.ts";
import { objectSchema, type ValueSchema } from "../chain/schema.ts";
import { entersList, schemaOf } from "../chain/walk.ts";

/** A flag that sets one option of a preset: both come from the option's own schema. */
export interface PresetFlag {
  readonly name: string;
  /** The option's place in the preset. */
  readonly path: readonly string[];
  readonly schema: ValueSchema;
}

/** Flags of the command itself. */
export const commandFlags = {
  preset: { type: "string", value: "NAME", description: "a shipped preset, a path, a URL, or a picture made before" },
  set: {
    type: "string",
    multiple: true,
    value: "PATH=VALUE",
    description: "any key of the preset, such as optimise.seed=7",
  },
  fast: { type: "boolean", description: "paint at once, by a painter that has learnt the paintings" },
  offline: { type: "boolean", description: "fetch no network that is not here" },
  minutes: { type: "string", value: "N", description: "train: about how long on two cores; 10 unless given" },
  onnx: { type: "string", value: "FILE", description: "export: the model that is written" },
  styles: {
    type: "string",
    value: "A,B",
    description: "export: styles of the painter by name; all of a file unless given",
  },
  from: { type: "string", value: "URL|FILE", description: "weights fetch: take them from there" },
  sha256: { type: "string", value: "HASH", description: "weights fetch: the hash that the file must have" },
  name: { type: "string", value: "NAME", description: "weights import: the name that they get" },
  convention: {
    type: "string",
    value: "NAME",
    description: "weights import: what they were trained on, caffe or torchvision; numbers or format tell unless given",
  },
  range: {
    type: "string",
    value: "1|255",
    description: "weights import: what the levels of a network in ONNX go up to; its results tell unless given",
  },
  resume: { type: "boolean", description: "go on from the checkpoint that an interrupted run left beside its output" },
  watch: { type: "boolean", description: "repaint a small preview whenever the preset or a picture changes" },
  "dry-run": { type: "boolean", description: "print the complete preset, and how it would be computed, and stop" },
  json: { type: "boolean", description: "one JSON record of progress per line on standard output" },
  quiet: { type: "boolean", description: "print errors alone" },
  debug: { type: "boolean", description: "show where an error came from" },
  help: { type: "boolean", description: "print this" },
  version: { type: "boolean", description: "print the version" },
} as const satisfies Record<
  string,
  { type: "string" | "boolean"; multiple?: boolean; value?: string; description: string }
>;

/** Every flag that some option asks for. */
export const presetFlags: readonly PresetFlag[] = collect(objectSchema(presetOptions), []);

/** The command line, taken apart. */
export interface Call {
  readonly words: readonly string[];
  readonly preset?: string;
  /** What --content says, each time that it is given; the overrides know the last of them. */
  readonly contents: readonly string[];
  /** Flags of the command itself that have a value, once each. */
  readonly values: Readonly<Record<string, string>>;
  readonly on: ReadonlySet<string>;
  /** What the flags say, as the last layers of the preset. */
  readonly overrides: readonly PresetLayer[];
  /** What --set says, as it was written. */
  readonly sets: readonly string[];
  /** What the flags say, with other settings in the place of --set. */
  layersWith(sets: readonly string[]): readonly PresetLayer[];
}

/**
 * Takes the command line apart.
 *
 * @throws {UserError} on an unknown flag or a missing value.
 */
export function parseCall(args: readonly string[]): Call {
  const { values, positionals, tokens } = parse(args);
  const contents = tokens.flatMap((token) =>
    token.kind === "option" && token.name === "content" ? token.value ?? [] : []
  );
  const given = (name: string) => values[name] as string | string[] | boolean | undefined;
  const fromFlags = presetFlags.flatMap(({ name, path, schema }) => {
    const value = given(name);
    return value === undefined ? [] : [nested(path, fromText(value as string | string[], schema))];
  });
  // A painter is named to be painted with.
  if (given("fast") || given("painter") !== undefined) fromFlags.push({ method: "painter" });
  const sets = [given("set") ?? []].flat().map(String);
  const layer = (objects: readonly Record<string, unknown>[], deep: boolean): PresetLayer => ({
    source: "command line",
    json: objects.reduce((under, over) => merge(under, over, {}) as typeof under, {}),
    base: currentFolder(),
    deep,
    override: true,
  });
  const layersWith = (sets: readonly string[]) => {
    const set = sets.map(settingOf);
    return [
      layer([...fromFlags, ...set.filter(({ deep }) => !deep).map(({ json }) => json)], false),
      layer(set.filter(({ deep }) => deep).map(({ json }) => json), true),
    ];
  };
  return {
    words: positionals,
    preset: given("preset") as string | undefined,
    contents: [...new Set(contents)],
    values: Object.fromEntries(
      Object.keys(commandFlags).flatMap((name) => typeof given(name) === "string" ? [[name, String(given(name))]] : []),
    ),
    on: new Set(Object.keys(values).filter((name) => values[name] === true)),
    overrides: layersWith(sets),
    sets,
    layersWith,
  };
}

/** `path=value` as a part of a preset. */
function settingOf(text: string): { readonly json: Record<string, unknown>; readonly deep: boolean } {
  const at = text.indexOf("=");
  const path = pathOf(text.slice(0, Math.max(0, at)));
  if (path.includes("")) {
    throw new UserError(`Cannot use --set ${text}`, { hint: "write --set path=value", exitCode: 2 });
  }
  const value = anyValue(text.slice(at + 1));
  const [repeated] = typeof value === "string" ? [] : repeatedKeys(text.slice(at + 1));
  if (repeated) {
    const key = [...path, ...repeated.path].join(".");
    throw new UserError(`Cannot use --set ${text}: ${key} stands twice`, {
      hint: "only the last would count: put what both hold into one",
      exitCode: 2,
    });
  }
  return { json: nested(path, value), deep: isDeep(path) };
}

/** Whether a path names an entry of a list, or of a map that a preset replaces as a whole: then it alone is meant. */
function isDeep(path: readonly string[]): boolean {
  let schema = objectSchema(presetOptions);
  return path.some((key) => {
    const inside = schema.whole === true || entersList(schema, key);
    schema = schemaOf(schema, key);
    return inside;
  });
}

function parse(args: readonly string[]) {
  const options: Record<string, { type: "string" | "boolean"; multiple?: boolean; short?: string }> = {
    ...commandFlags,
    ...Object.fromEntries(
      presetFlags.map(({ name, schema }) => [name, { type: "string", multiple: schema.type === "array" }]),
    ),
  };
  const takesValue = (flag: string) =>
    Object.hasOwn(options, flag.slice(2)) && options[flag.slice(2)].type === "string";
  try {
    return parseArgs({ args: withNegatives(args, takesValue), options, allowPositionals: true, tokens: true });
  } catch (error) {
    const [, unknown] = /Unknown option '([^']+)'/.exec(messageOf(error)) ?? [];
    const [, misused] = /Option '(--[\w-]+)/.exec(messageOf(error)) ?? [];
    const guess = didYouMean(unknown?.replace(/^-+/, "") ?? "", Object.keys(options), (name) => `--${name}`);
    const message = unknown
      ? `Unknown flag ${unknown}`
      : misused
      ? `${misused} ${takesValue(misused) ? "needs a value" : "takes no value"}`
      : messageOf(error);
    throw new UserError(message, {
      hint: `${unknown ? guess : ""}see --help`,
      exitCode: 2,
      cause: error,
    });
  }
}

/** Joins a flag and a negative number after it, which would pass for a flag otherwise. */
function withNegatives(args: readonly string[], takesValue: (flag: string) => boolean): string[] {
  const end = args.includes("--") ? args.indexOf("--") : args.length;
  const joins = (i: number) => i >= 0 && i + 1 < end && takesValue(args[i]) && /^-\.?\d/.test(args[i + 1]);
  return args.flatMap((arg, i) => joins(i) ? [`${arg}=${args[i + 1]}`] : joins(i - 1) ? [] : [arg]);
}

function collect(schema: ValueSchema, path: readonly string[]): PresetFlag[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, inner]) => [
    ...inner.flag ? [{ name: inner.flag, path: [...path, key], schema: inner }] : [],
    ...collect(inner, [...path, key]),
  ]);
}

/** The text of a flag as its option wants it; what does not fit stays text, and the schema says so. */
function fromText(text: string | string[], schema: ValueSchema): unknown {
  if (Array.isArray(text)) return text.map(weighted);
  if (schema.type === "string") return text;
  const value = anyValue(text);
  return typeof value === "string" && text.includes(",") ? text.split(",").map(anyValue) : value;
}

/** `painting.jpg=0.7` is a style with its weight. */
function weighted(text: string): object {
  const [, picture, weight] = /^(.*)=(-?\d*\.?\d+(?:e[-+]?\d+)?)$/i.exec(text) ?? [];
  return picture && !endsInQuery(picture) ? { picture, weight: Number(weight) } : { picture: text };
}

/** Whether what would follow the "=" is the value of an address's last parameter: `https://…/a.jpg?w`. */
function endsInQuery(picture: string): boolean {
  return isUrl(picture) && /[?&][^=&]*$/.test(picture);
}

/** A text as the JSON that it is, or else as it is. */
function anyValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function nested(path: readonly string[], value: unknown): Record<string, unknown> {
  const [key, ...rest] = path;
  return { [key]: rest.length > 0 ? nested(rest, value) : value };
}

/** Stages' names hold hyphens and layers' names underscores, so only dots part a path. */
function pathOf(text: string): string[] {
  return text.split(".");
}
