import { engineNames } from "../engines/mod.ts";
import type { RunSettings } from "../chain/recipe.ts";
import type { ValueSchema } from "../chain/schema.ts";
import { memoryPattern } from "../base/memory.ts";
import { type Method, pipelines } from "../stages/mod.ts";
import { networks } from "../networks/network.ts";
import { shipped } from "./shipped.ts";

/** The pattern of a name that is no path. */
export const plainName = "^[^/\\\\]+$";

/** What a preset says about the run as a whole. */
export const runSettings: Readonly<Record<keyof RunSettings, ValueSchema>> = {
  method: {
    type: "string",
    enum: Object.keys(pipelines),
    default: "optimise" satisfies Method,
    description:
      "optimise looks for the best picture in many steps; painter paints at once, if a painter has learnt the " +
      "paintings; train makes a painter of them",
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
  tiles: {
    type: "integer",
    minimum: 0,
    maximum: 65536,
    default: 0,
    flag: "tiles",
    description:
      "the side in pixels of the tiles in which a picture half as large again is painted, by the workers of a queue " +
      "or, to the same bytes, by this machine: such as 1024; 0 for none",
  },
};

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
  ...runSettings,
};

/** The settings of a run among other keys. */
export function runSettingsOf(from: RunSettings): RunSettings {
  const keys = Object.keys(runSettings) as (keyof RunSettings)[];
  return Object.fromEntries(keys.map((key) => [key, from[key]])) as unknown as RunSettings;
}
