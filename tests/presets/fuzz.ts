/**
 * Damaged presets through the loader: each must be sound, or give faults as data, and soon.
 *
 * @module
 */
import { join } from "node:path";
import { UserError } from "../../base/errors.ts";
import { isObject, type Json } from "../../base/json.ts";
import { randomFrom } from "../../base/random.ts";
import { PresetError } from "../../presets/layers.ts";
import { loadPreset } from "../../presets/load.ts";
import { presetJson } from "../../presets/preset_json.ts";
import { shipped, shippedPreset } from "../../presets/shipped.ts";
import { below, damagedOnce, type Random } from "../helpers/damage.ts";

/** A preset that names most of what there is. */
const full: Json = {
  extends: "monet",
  description: "all",
  network: "vgg19-mini",
  engine: "onnx-cpu",
  threads: 2,
  memory: "2GB",
  decode: {
    content: "photo.png",
    styles: [{ picture: "a.png", weight: 2, mask: "m.png" }, { picture: "b.png", pictureMask: "n.png" }],
    size: 400,
    scales: [100, 200],
    styleScale: 0.5,
  },
  "feature-extract": { pooling: "max", padding: "reflect" },
  "loss-build": {
    contentWeight: 1,
    styleWeight: 10,
    pyramid: 1,
    terms: {
      content: { loss: "content", layers: { conv3_1: 1 } },
      style: { loss: "gram", layers: { conv1_1: 1, conv2_1: 0.5 }, formula: "published" },
      smooth: { loss: "total-variation", weight: 0.1, power: 1 },
    },
  },
  optimise: { optimiser: "adam", iterations: [10, 5], adam: { learningRate: 1 }, start: { content: 0.5, noise: 0.1 } },
  deprocess: { colours: "photograph" },
  encode: { output: "out.jpg", quality: 90 },
  pipeline: [
    "decode",
    "mean-subtract",
    "feature-extract",
    { stage: "loss-build", styleWeight: 3 },
    "optimise",
    "deprocess",
    "encode",
  ],
};

/** Values that nothing, or hardly anything, is prepared for. */
const odd: readonly unknown[] = [
  null,
  true,
  "",
  "x".repeat(2000),
  "\u0000\u001b[2J",
  "../x",
  "file:///etc/passwd",
  "__proto__",
  "constructor",
  -1,
  0,
  1.5,
  1e308,
  -1e-320,
  2 ** 53,
  [],
  {},
  [[[]]],
  [null],
  { loss: "gram" },
  { stage: "decode" },
  { stage: {} },
  ["decode", "decode"],
  { "": "" },
  JSON.parse('{"__proto__": {"a": 1}, "toString": 1, "hasOwnProperty": []}'),
];

const keys = [
  "",
  "__proto__",
  "constructor",
  "toString",
  "decode",
  "terms",
  "loss",
  "layers",
  "a.b",
  "a/b",
  "0",
  "ünï",
];

/** Changes a value somewhere in its depth. */
function changed(value: unknown, random: Random): unknown {
  const isList = Array.isArray(value);
  const entries = isList ? [...value.entries()] : isObject(value) ? Object.entries(value) : [];
  if (entries.length === 0 || random() < 0.15) return odd[below(random, odd.length)];
  const at = below(random, entries.length);
  const choice = random();
  if (isList) {
    if (choice < 0.1) return value.toSpliced(at, 1);
    if (choice < 0.2) return value.toSpliced(at, 0, value[below(random, value.length)]);
    return value.with(at, changed(value[at], random));
  }
  const pairs = entries as [string, unknown][];
  const [key, inner] = pairs[at];
  if (choice < 0.08) return fromPairs(pairs.toSpliced(at, 1));
  if (choice < 0.16) return fromPairs(pairs.with(at, [keys[below(random, keys.length)], inner]));
  if (choice < 0.24) return fromPairs([...pairs, [keys[below(random, keys.length)], odd[below(random, odd.length)]]]);
  return fromPairs(pairs.with(at, [key, changed(inner, random)]));
}

/** An object with own keys alone, whatever they are called. */
function fromPairs(pairs: readonly (readonly [string, unknown])[]): unknown {
  return Object.fromEntries(pairs);
}

/** Runs so many damaged presets through the loader; the same ones for the same seed. */
export async function fuzzPresets(files: number, seed: number) {
  const random = randomFrom(seed);
  const texts = await Promise.all(shipped.map((name) => Deno.readTextFile(shippedPreset(name))));
  const sound: unknown[] = [full, full, full, ...texts.map((text) => JSON.parse(text))];
  const folder = await Deno.makeTempDir({ prefix: "impasto-fuzz-" });
  const faults: string[] = [];
  let [read, slowestMilliseconds] = [0, 0];
  try {
    for (let i = 0; i < files; i++) {
      let json = sound[i % sound.length];
      for (let n = 1 + below(random, 3); n > 0; n--) json = changed(json, random);
      let bytes: Uint8Array = new TextEncoder().encode(JSON.stringify(json, null, 2));
      if (random() < 0.3) bytes = damagedOnce(bytes, random);
      await Deno.writeFile(join(folder, "damaged.json"), bytes);
      const start = performance.now();
      const outcome = await outcomeOf(join(folder, "damaged.json"));
      slowestMilliseconds = Math.max(slowestMilliseconds, performance.now() - start);
      if (outcome === "read") read++;
      else if (outcome !== "refused") {
        faults.push(
          `preset ${i}: ${outcome}: ${new TextDecoder().decode(bytes).replaceAll(/\s+/g, " ").slice(0, 800)}`,
        );
      }
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
  return { read, slowestMilliseconds, faults };
}

/** Loads a preset: `read`, `refused` with faults, or what is wrong with how it went. */
async function outcomeOf(path: string): Promise<string> {
  try {
    const preset = await loadPreset(path, [], { incomplete: true });
    if (Object.hasOwn(Object.prototype, "a")) return "it changed what all objects have";
    // What is sound is so once more, as it is written down.
    const again = await loadPreset(presetJson(preset), [], { incomplete: true });
    const same = JSON.stringify(presetJson(again)) === JSON.stringify(presetJson(preset));
    return same ? "read" : "it is another one when it is written down";
  } catch (error) {
    if (error instanceof PresetError) {
      const sound = error.faults.length > 0 &&
        error.faults.every(({ source, path, message }) => source && typeof path === "string" && message);
      return sound ? "refused" : `faults that say nothing: ${JSON.stringify(error.faults).slice(0, 200)}`;
    }
    const clear = error instanceof UserError && error.exitCode === 2 && error.hint;
    return clear ? "refused" : `no clear error: ${error instanceof Error ? error.stack?.slice(0, 400) : error}`;
  }
}
