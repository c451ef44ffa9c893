import type { Commands } from "./command.ts";
import { weightsActions } from "./weights_actions.ts";

/** Every command by its name; the first one is meant if none is named. */
export const commands = {
  paint: {
    words: ["[PHOTO", "PAINTING...]"],
    description: "paints a picture; the word may be left out",
    examples: [
      ["photo.jpg painting.jpg", "photo-painting.png; several paintings are mixed, painting.jpg=2 has twice the share"],
      ["--preset monet --content 'photos/*.jpg' -o 'out/{name}.png'", "each photograph, by a preset that ships"],
    ],
    hint: "each picture has a --content or --style of its own; put a pattern into quotes: --content 'photos/*.jpg'",
    load: async () => (await import("./commands/paint.ts")).paint,
  },
  presets: {
    words: [],
    description: "lists the presets that ship",
    examples: [
      ["presets", "their names, each with what its pictures look like"],
      ["presets | grep ink", "those that speak of ink"],
    ],
    hint: "presets takes no words",
    load: async () => (await import("./commands/presets.ts")).presets,
  },
  validate: {
    words: ["FILE"],
    description: "checks a preset",
    examples: [
      ["validate mine.jsonc", "every mistake at once, each with its place"],
      ["validate monet --set decode.size=99999", "whether a preset takes a setting"],
    ],
    hint: "validate takes one word: the preset to check",
    load: async () => (await import("./commands/validate.ts")).validate,
  },
  explain: {
    words: ["PRESET"],
    description: "tells what a preset will do, and how long it will take",
    examples: [
      ["explain monet", "what the shipped preset does, and its time and memory on this machine"],
      ["explain mine.jsonc --content clip.mp4 --fast", "the frames, shots, seconds and megabytes of a film"],
    ],
    hint: "explain takes one word: the preset",
    load: async () => (await import("./commands/explain.ts")).explain,
  },
  init: {
    words: ["NAME"],
    description: "writes a commented preset to start from, NAME.jsonc",
    examples: [
      ["init mine", "mine.jsonc, which builds on the preset painting"],
      ["init mine --preset starry-sky", "one that builds on another, with its pictures and masks"],
    ],
    hint: "write init NAME",
    load: async () => (await import("./commands/init.ts")).init,
  },
  variations: {
    words: ["PRESET"],
    description: "paints one sheet of several values, or of several presets",
    examples: [
      ["variations mine.jsonc --style-weight 0.1,1,10 --style-scale 0.5,1", "six pictures, three rows"],
      ["variations --preset monet,ink,mosaic --content photo.jpg", "one photograph by three presets"],
    ],
    hint: "variations takes one word, the preset; its values are named with flags, or --set PATH=1,2,3",
    load: async () => (await import("./commands/variations.ts")).variations,
  },
  studio: {
    words: ["[FOLDER]"],
    description: "opens a page to paint in, and to watch the paint move",
    examples: [
      ["studio", "prints an address of this machine and opens it; the pictures go to impasto-studio"],
      ["studio paintings --no-open --port 8080", "the folder paintings, at a port of your choice, without a browser"],
    ],
    hint: "studio takes one word: the folder that keeps the work",
    load: async () => (await import("./commands/studio.ts")).studio,
  },
  film: {
    words: ["IN", "OUT"],
    description: "paints a film without flicker, with its sound and its times",
    examples: [
      ["film harbour.mp4 painted.mp4 --preset monet --fast", "by the painter, several frames a second"],
      ["film in.mov out.mp4 --preset ink --from 0:10 --to 0:15 --size 640", "five seconds by the optimiser, smaller"],
    ],
    hint: "film takes two words: the film, and where the painted one goes",
    load: async () => (await import("./commands/film.ts")).film,
  },
  train: {
    words: ["PRESET"],
    description: "makes a painter of a preset, which paints at once",
    examples: [
      ["train monet --content 'photos/*'", "monet.painter in ten minutes, learnt with these photographs"],
      ["train painting --style mine.jpg --content 'photos/*' --painter mine.painter", "one of a painting of your own"],
    ],
    hint: "train takes one word: the preset",
    load: async () => (await import("./commands/train.ts")).train,
  },
  export: {
    words: ["PRESET|FILE"],
    description: "writes a painter as a model in ONNX, for other programs",
    examples: [
      ["export monet --onnx monet.onnx", "the painter that ships, in the style of the preset"],
      ["export mine.painter --onnx mine.onnx --styles a,b", "two styles of a painter of your own, mixed by an input"],
    ],
    hint: "export takes one word: a preset, or the file of a painter",
    load: async () => (await import("./commands/export.ts")).exportPainter,
  },
  weights: {
    words: ["ACTION", "[NAME|FILE]"],
    description: `networks: ${weightsActions.join(", ")}`,
    examples: [
      ["weights fetch vgg19", "fetches the full network; goes on where it was interrupted"],
      ["weights import vgg.mat --name mine", "takes a file that you have; then paint with --weights stored:mine"],
    ],
    hint: `write weights ${weightsActions.join(", ")}`,
    load: async () => (await import("./commands/weights.ts")).weights,
  },
  worker: {
    words: [],
    description: "paints what other machines send to a queue",
    examples: [
      ["worker --queue redis://control --blobs file:///shared/impasto", "works until Ctrl-C, one job at a time"],
      ["worker --queue redis://control --blobs s3://bucket/impasto --threads 4", "one of several on a large machine"],
    ],
    hint: "worker takes no words: the queue is named with --queue and --blobs",
    load: async () => (await import("./commands/worker.ts")).worker,
  },
  queue: {
    words: [],
    description: "tells what runs, waits and failed in a queue",
    examples: [
      ["queue --queue redis://control", "its workers and its jobs"],
      ["queue --queue redis://control --json", "the same as a record"],
    ],
    hint: "queue takes no words: the queue is named with --queue",
    load: async () => (await import("./commands/queue.ts")).queue,
  },
  engines: {
    words: [],
    description: "lists the engines, and what each one would run on",
    examples: [
      ["engines", "each engine with its device, or what it lacks"],
      ["engines | grep cuda", "whether the NVIDIA card can be used"],
    ],
    hint: "engines takes no words",
    load: async () => (await import("./commands/engines.ts")).engines,
  },
  help: {
    words: ["[COMMAND|TOPIC]"],
    description: "tells of a command with examples, or of the flags of a topic",
    examples: [
      ["help variations", "what the command does, and two examples"],
      ["help flags", "every flag"],
    ],
    hint: "help takes one word: a command or a topic",
    load: async () => (await import("./commands/help.ts")).help,
  },
} as const satisfies Commands;
