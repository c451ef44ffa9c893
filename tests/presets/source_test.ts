import assert from "node:assert/strict";
import type { Loss, Optimiser, Preset, Stage } from "../../mod.ts";
import { PresetError } from "../../presets/layers.ts";
import { loadPreset } from "../../presets/load.ts";
import { presetOptions } from "../../presets/schema.ts";
import { adam } from "../../optimisers/adam.ts";
import { content } from "../../objective/losses/content.ts";
import { deprocess } from "../../stages/deprocess.ts";

const pixels = { width: 16, height: 16, data: new Uint8Array(3 * 16 * 16) };

const own: Stage = { ...deprocess, name: "own", options: { amount: { type: "number", default: 1 } } };
const ownLoss: Loss = { ...content, name: "own", options: { sharpness: { type: "number", default: 1 } } };
const ownOptimiser: Optimiser = { ...adam, name: "own" };

/** What the types let pass; each is right. */
const good: readonly Preset[] = [
  { extends: "monet", decode: { content: pixels, styles: [{ picture: pixels, mask: pixels, pictureMask: pixels }] } },
  {
    extends: "monet",
    engine: "onnx-cpu",
    threads: 1,
    memory: "2GB",
    network: "vgg19-mini",
    name: "a",
    description: "",
  },
  { extends: "monet", decode: { size: 96, scales: [32, 64], styleScale: 0.5, start: pixels } },
  { extends: "monet", decode: { scales: { start: 64 } }, "mean-subtract": { detail: 0 }, encode: { depth: 16 } },
  { extends: "monet", "feature-extract": { pooling: "l2" }, deprocess: { colours: "photograph" } },
  { extends: "monet", "loss-build": { styleWeight: 2, terms: { style: { layers: { conv1_1: 1 } } } } },
  { extends: "monet", "loss-build": { terms: { own: { loss: ownLoss, layers: { conv1_1: 1 }, sharpness: 2 } } } },
  {
    extends: "monet",
    optimise: { iterations: [3, 2], optimiser: "adam", adam: { learningRate: 1 }, start: { noise: 1 } },
  },
  { extends: "monet", optimise: { optimiser: { optimiser: ownOptimiser, learningRate: 3 } } },
  {
    extends: "monet",
    pipeline: [
      ...["decode", "mean-subtract", "feature-extract", "loss-build", "optimise"],
      { stage: own, amount: 2 },
      "encode",
    ],
  },
];

/** What they refuse; each is wrong. */
const bad: readonly Preset[] = [
  // @ts-expect-error -- a name is due.
  { extends: "monet", engine: 5 },
  // @ts-expect-error -- there is no such key.
  { extends: "monet", optimize: { iterations: 3 } },
  // @ts-expect-error -- there is no such key.
  { extends: "monet", decode: { sise: 96 } },
  // @ts-expect-error -- a number is due.
  { extends: "monet", decode: { size: "96" } },
  // @ts-expect-error -- a style is a picture at the least.
  { extends: "monet", decode: { styles: [{ mask: pixels }] } },
  // @ts-expect-error -- there is no such key.
  { extends: "monet", decode: { styles: [{ picture: pixels, wait: 2 }] } },
  // @ts-expect-error -- there is no such pooling.
  { extends: "monet", "feature-extract": { pooling: "median" } },
  // @ts-expect-error -- a number is due.
  { extends: "monet", "loss-build": { terms: { style: { weight: "much" } } } },
  // @ts-expect-error -- there is no such key.
  { extends: "monet", "loss-build": { tems: {} } },
  // @ts-expect-error -- there is no such key.
  { extends: "monet", optimise: { adam: { rate: 1 } } },
  // @ts-expect-error -- 12 bits are none of the choices.
  { extends: "monet", encode: { depth: 12 } },
];

Deno.test("what the types of a preset let pass is right, and what they refuse is wrong", async () => {
  for (const preset of good) await loadPreset(preset);
  for (const preset of bad) await assert.rejects(loadPreset(preset), PresetError, JSON.stringify(preset));
});

type Keys<T> = Record<keyof NonNullable<T>, true>;

/** Every key that the types know. */
const common: Keys<Omit<Preset, keyof typeof sections>> = {
  ...{ $schema: true, extends: true, name: true, description: true, reference: true },
  ...{ network: true, weights: true, engine: true, threads: true, memory: true, pipeline: true },
  ...{ method: true, tiles: true },
};
const sections = {
  decode: {
    ...{ content: true, styles: true, styleColours: true, start: true },
    ...{ size: true, enlarge: true, styleScale: true, scales: true, pixelLimit: true },
  } satisfies Keys<Preset["decode"]>,
  "mean-subtract": { detail: true } satisfies Keys<Preset["mean-subtract"]>,
  "feature-extract": { pooling: true, rescale: true, padding: true } satisfies Keys<Preset["feature-extract"]>,
  "loss-build": {
    ...{ contentWeight: true, styleWeight: true, pyramid: true, margin: true, blend: true, terms: true },
  } satisfies Keys<Preset["loss-build"]>,
  optimise: {
    ...{ optimiser: true, iterations: true, tolerance: true, start: true, seed: true, snapshots: true },
    ...{ checkpoint: true, lbfgs: true, adam: true },
  } satisfies Keys<Preset["optimise"]>,
  repaint: { painter: true, styles: true } satisfies Keys<Preset["repaint"]>,
  train: {
    ...{ painter: true, from: true, photographs: true, steps: true, learningRate: true },
    ...{ content: true, seed: true, checkpoint: true },
  } satisfies Keys<Preset["train"]>,
  film: {
    ...{ content: true, output: true, from: true, to: true, size: true, rate: true, steps: true, temporalWeight: true },
    ...{ longTerm: true, passes: true, blend: true, cuts: true, quality: true, depth: true, sound: true },
  } satisfies Keys<Preset["film"]>,
  deprocess: { colours: true, strength: true } satisfies Keys<Preset["deprocess"]>,
  encode: { output: true, depth: true, tiff: true, quality: true, metadata: true } satisfies Keys<Preset["encode"]>,
};

Deno.test("the types of a preset know the keys of its schema, and no others", () => {
  const sorted = (keys: object) => Object.keys(keys).sort();
  assert.deepEqual(sorted({ ...common, ...sections }), sorted(presetOptions));
  for (const [name, keys] of Object.entries(sections)) {
    assert.deepEqual(sorted(keys), sorted(presetOptions[name].properties ?? {}), name);
  }
});
