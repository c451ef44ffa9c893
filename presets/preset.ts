import { engineNames } from "../engines/mod.ts";
import type { ValueSchema } from "../stages/schema.ts";
import { memoryPattern } from "../stages/tiles/budget.ts";
import { networks } from "../weights/network.ts";
import { shipped } from "./shipped.ts";

/** What a preset says about the run as a whole. */
export interface Settings {
  /** Name of the network that looks at the pictures. */
  readonly network: string;
  /** Where its weights are, a URL; empty for those that ship, or are stored under the network's name. */
  readonly weights: string;
  /** Name of the engine that computes. */
  readonly engine: string;
  /** Threads that compute; 0 means one per physical core. */
  readonly threads: number;
  /** What the run may take, such as `4GB`; empty for half of what the machine has free. */
  readonly memory: string;
}

/** A stage in a pipeline with its options. */
export interface StageEntry {
  /** A name, or the URL of a module. */
  readonly stage: string;
  /** The options of the stage. */
  readonly [option: string]: unknown;
}

/** A complete preset: every option has its value, every location is a URL. */
export interface ResolvedPreset extends Settings {
  /** The preset's own name: that of its file, without the ending. */
  readonly name: string;
  /** One line: what the pictures look like. */
  readonly description: string;
  /** The stages, in order: names, or names and addresses of modules with options of this place alone. */
  readonly pipeline: readonly (string | StageEntry)[];
  /** The options of each stage under its name. */
  readonly sections: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** The pattern of a name that is no path. */
export const plainName = "^[^/\\\\]+$";

/** The keys of a preset that no stage owns. */
export const commonKeys: Readonly<Record<string, ValueSchema>> = {
  $schema: { type: "string", description: "the JSON Schema of presets, for an editor" },
  name: { type: "string", pattern: plainName, description: "the name that a picture made with it bears" },
  description: { type: "string", default: "", description: "one line: what the pictures look like" },
  reference: { type: "string", description: "where the numbers come from" },
  extends: {
    type: "string",
    examples: shipped,
    description: "a preset to build on: a shipped one's name, a path or a URL",
  },
  network: {
    type: "string",
    enum: Object.keys(networks),
    default: "vgg19-mini",
    flag: "network",
    description: "the network that looks at the pictures",
  },
  weights: {
    type: "string",
    default: "",
    location: "read",
    flag: "weights",
    description: "the network's weights: a safetensors file, or stored:NAME for imported ones",
  },
  engine: {
    type: "string",
    enum: engineNames,
    default: "auto",
    flag: "engine",
    description: "what computes; auto takes the fastest that works",
  },
  threads: {
    type: "integer",
    minimum: 0,
    maximum: 1024,
    default: 0,
    flag: "threads",
    description: "threads that compute; 0 for one per physical core",
  },
  memory: {
    type: "string",
    pattern: memoryPattern,
    default: "",
    flag: "memory",
    description:
      "what the run may take, such as 4GB: larger pictures go tile by tile, with a file beside the result that goes away by itself; half of what is free unless given",
  },
};
