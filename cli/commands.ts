import type { Command } from "./command.ts";
import { weightsActions } from "./weights_actions.ts";

/** Every command by its name; the first one is meant if none is named. */
export const commands = {
  paint: {
    words: [],
    description: "paints a picture; the word may be left out",
    hint: "each picture has a --content or --style of its own; put a pattern into quotes: --content 'photos/*.jpg'",
    load: async () => (await import("./commands/paint.ts")).paint,
  },
  presets: {
    words: [],
    description: "lists the presets that ship",
    hint: "presets takes no words",
    load: async () => (await import("./commands/presets.ts")).presets,
  },
  validate: {
    words: ["FILE"],
    description: "checks a preset",
    hint: "validate takes one word: the preset to check",
    load: async () => (await import("./commands/validate.ts")).validate,
  },
  explain: {
    words: ["PRESET"],
    description: "tells in plain words what a preset will do, and how long it will take",
    hint: "explain takes one word: the preset",
    load: async () => (await import("./commands/explain.ts")).explain,
  },
  init: {
    words: ["NAME"],
    description: "writes a commented preset to start from, NAME.jsonc; --preset says on which one it builds",
    hint: "write init NAME",
    load: async () => (await import("./commands/init.ts")).init,
  },
  variations: {
    words: ["PRESET"],
    description: "paints a sheet of variations: --set a.b=1,2,3 --set c=x,y",
    hint: "variations takes one word, the preset; its values are named with --set PATH=1,2,3",
    load: async () => (await import("./commands/variations.ts")).variations,
  },
  train: {
    words: ["PRESET"],
    description: "trains a painter of a preset, which paints at once: --painter FILE --minutes 10 --content 'photos/*'",
    hint: "train takes one word: the preset",
    load: async () => (await import("./commands/train.ts")).train,
  },
  export: {
    words: ["PRESET|FILE"],
    description: "writes a painter as a model in ONNX, for other programs and for browsers: --onnx OUT",
    hint: "export takes one word: a preset, or the file of a painter",
    load: async () => (await import("./commands/export.ts")).exportPainter,
  },
  weights: {
    words: ["ACTION", "[NAME|FILE]"],
    description: `networks to fetch and import; ACTION is ${weightsActions.join(", ")}`,
    hint: `write weights ${weightsActions.join(", ")}`,
    load: async () => (await import("./commands/weights.ts")).weights,
  },
  engines: {
    words: [],
    description: "lists the engines, and what each one would run on",
    hint: "engines takes no words",
    load: async () => (await import("./commands/engines.ts")).engines,
  },
} as const satisfies Readonly<Record<string, Command>>;
