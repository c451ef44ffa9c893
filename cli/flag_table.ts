import { presetOptions } from "../presets/schema.ts";
import { objectSchema, type ValueSchema } from "../chain/schema.ts";

/** A flag that sets one option of a preset: both come from the option's own schema. */
export interface PresetFlag {
  readonly name: string;
  /** The option's place in the preset. */
  readonly path: readonly string[];
  readonly schema: ValueSchema;
}

/** A flag of the command itself. */
interface CommandFlag {
  readonly type: "string" | "boolean";
  readonly short?: string;
  readonly multiple?: boolean;
  /** What stands for its value in the help. */
  readonly value?: string;
  /** The topic of the help that tells it, or the command that alone takes it. */
  readonly topic: string;
  readonly description: string;
}

/** Flags of the command itself. */
export const commandFlags = {
  preset: {
    type: "string",
    multiple: true,
    value: "NAME",
    topic: "run",
    description: "a shipped preset, a path, a URL, or a picture made before",
  },
  set: {
    type: "string",
    multiple: true,
    value: "PATH=VALUE",
    topic: "run",
    description: "any key of the preset, such as optimise.seed=7",
  },
  mask: {
    type: "string",
    multiple: true,
    value: "FILE",
    topic: "pictures",
    description:
      "a greyscale picture over the photograph: the painting named before it applies where it is white; {name} in it is the photograph's",
  },
  fast: {
    type: "boolean",
    topic: "run",
    description: "paint at once, by a painter that has learnt the paintings",
  },
  effort: {
    type: "string",
    value: "HOW",
    topic: "run",
    description: "instant (as --fast), better (a painter and a few steps) or best, which is the preset's own",
  },
  offline: { type: "boolean", topic: "run", description: "fetch no network that is not here" },
  queue: {
    type: "string",
    value: "redis://HOST",
    topic: "workers",
    description: "let workers do it, which take it from this Redis; without it nothing leaves this machine",
  },
  blobs: {
    type: "string",
    value: "file:///FOLDER|s3://BUCKET",
    topic: "workers",
    description: "where pictures wait for the machines: a folder that all of them see, or a bucket",
  },
  minutes: { type: "string", value: "N", topic: "train", description: "about how long on two cores; 10 unless given" },
  port: {
    type: "string",
    value: "N",
    topic: "studio",
    description: "where the page is; any that is free unless given",
  },
  host: {
    type: "string",
    value: "ADDRESS",
    topic: "studio",
    description: "another address of this machine than 127.0.0.1: then others can reach the page, if they have its key",
  },
  "no-open": { type: "boolean", topic: "studio", description: "print the address alone, and open no browser" },
  onnx: { type: "string", value: "FILE", topic: "export", description: "the model that is written" },
  styles: {
    type: "string",
    value: "A,B",
    topic: "export",
    description: "styles of the painter by name; all of a file unless given",
  },
  range: {
    type: "string",
    value: "1|255",
    topic: "weights",
    description: "weights import: what the levels of a network in ONNX go up to; its results tell unless given",
  },
  from: {
    type: "string",
    value: "URL|FILE|0:10",
    topic: "weights",
    description: "weights fetch: take them from there; film: where the part that is painted begins",
  },
  to: { type: "string", value: "0:15", topic: "film", description: "where the part that is painted ends" },
  sha256: {
    type: "string",
    value: "HASH",
    topic: "weights",
    description: "weights fetch: the hash that the file must have",
  },
  name: { type: "string", value: "NAME", topic: "weights", description: "weights import: the name that they get" },
  convention: {
    type: "string",
    value: "NAME",
    topic: "weights",
    description: "weights import: what they were trained on, caffe or torchvision; numbers or format tell unless given",
  },
  overwrite: {
    type: "boolean",
    topic: "result",
    description: "replace a picture that another preset painted, instead of taking a numbered name",
  },
  resume: {
    type: "boolean",
    topic: "run",
    description: "go on from the checkpoint that an interrupted run left beside its output",
  },
  watch: {
    type: "boolean",
    topic: "run",
    description: "repaint a small preview whenever the preset or a picture changes",
  },
  preview: {
    type: "boolean",
    topic: "run",
    description: "write first what a painter makes of all photographs at once, small on one sheet, PRESET-preview.png",
  },
  "dry-run": {
    type: "boolean",
    topic: "run",
    description: "print the complete preset, and how it would be computed, and stop",
  },
  json: { type: "boolean", topic: "run", description: "one JSON record of progress per line on standard output" },
  quiet: { type: "boolean", topic: "run", description: "print errors alone" },
  debug: { type: "boolean", topic: "run", description: "show where an error came from" },
  help: { type: "boolean", short: "h", topic: "run", description: "print help, of a command if one is named" },
  version: { type: "boolean", topic: "run", description: "print the version" },
} as const satisfies Record<string, CommandFlag>;

/** Every flag that some option asks for. */
export const presetFlags: readonly PresetFlag[] = collect(objectSchema(presetOptions), []);

function collect(schema: ValueSchema, path: readonly string[]): PresetFlag[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, inner]) => [
    ...inner.flag ? [{ name: inner.flag, path: [...path, key], schema: inner }] : [],
    ...collect(inner, [...path, key]),
  ]);
}
