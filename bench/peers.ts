/**
 * Two peers' recipes, coded in PyTorch (peers_pytorch.py), against Impasto on the same objectives, weights, pictures and
 * size: seconds on the wall, seconds of processor time, which other work on the machine changes less, and the value of
 * the peer's own objective at both finished pictures, computed by the same PyTorch code.
 *
 *     deno run -A bench/peers.ts --weights vgg19-conv1-3.safetensors --content photo.jpg --style painting.jpg
 *
 * @module
 */
import { parseArgs } from "node:util";
import { resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import sharp from "../pictures/sharp_package.ts";
import { loadPreset } from "../presets/load.ts";
import type { Json } from "../base/json.ts";
import { openSession } from "../session/session.ts";
import { given } from "./given.ts";

const { values } = parseArgs({
  args: Deno.args,
  options: {
    ...given,
    size: { type: "string", default: "384" },
    python: { type: "string", default: "python3" },
    recipes: { type: "string", default: "neural-style-pt,style-transfer-pytorch" },
    output: { type: "string", default: "." },
  },
});

const size = Number(values.size);
const weights = resolve(values.weights);
const folder = await Deno.makeTempDir();
const [content, style] = [`${folder}/content.png`, `${folder}/style.png`];
const { width, height } = await sharp(values.content).resize(size, size, { fit: "inside" }).png().toFile(content);
await sharp(values.style).resize(size, size, { fit: "inside" }).png().toFile(style);

/** Positions at conv3_4, and the deviation that the second recipe scales its features by (peers_pytorch.py). */
const positions = Math.floor(width / 4) * Math.floor(height / 4);
const deviation = 255 * 0.2255;

/**
 * The peers' objectives as parts of a preset: their sums and means in the units of the losses as published. Their values
 * are taken of pictures, which end at black and white: hence the range.
 */
const objectives: Readonly<Record<string, Json>> = {
  "neural-style-pt": {
    "feature-extract": { pooling: "max", padding: "zero" },
    "loss-build": {
      contentWeight: 5,
      styleWeight: 100,
      margin: 0,
      terms: {
        content: { loss: "content", formula: "published", weight: 2 / (256 * positions), layers: { conv3_4: 1 } },
        style: {
          loss: "gram",
          formula: "published",
          layers: { conv1_1: 4 / 64 ** 2, conv2_1: 4 / 128 ** 2, conv3_1: 4 / 256 ** 2 },
        },
        smooth: { loss: "total-variation", power: 1, weight: 1e-3 * 3 * width * height },
        range: { loss: "range", weight: 3e3 },
      },
    },
  },
  "style-transfer-pytorch": {
    "feature-extract": { pooling: "max", padding: "replicate-first" },
    "loss-build": {
      contentWeight: 0.015,
      margin: 0,
      styleWeight: 1 / deviation ** 2,
      terms: {
        content: {
          loss: "content",
          formula: "published",
          weight: 2 / (256 * positions * deviation ** 2),
          layers: { conv3_4: 1 },
        },
        style: {
          loss: "wasserstein",
          formula: "published",
          layers: { conv1_1: 256 / 336, conv2_1: 64 / 336, conv3_1: 16 / 336 },
        },
        smooth: { loss: "total-variation", power: 2, weight: 2 / 255 ** 2 },
        range: { loss: "range", weight: 1e-2 },
      },
    },
  },
};

/**
 * How each is minimised, in an eighth of the peer's time. The distance of the second is not smooth: with max pooling,
 * L-BFGS ends where Adam still falls.
 */
const descents: Readonly<Record<string, Json>> = {
  "neural-style-pt": {
    decode: { scales: { start: 128, factor: 2 } },
    optimise: { iterations: [40, 100, 200], lbfgs: { history: 12 } },
  },
  "style-transfer-pytorch": {
    decode: { scales: [] },
    optimise: {
      iterations: 157,
      optimiser: "adam",
      adam: { learningRate: 26, beta2: 0.85, lastRate: 0.01 },
    },
  },
};

for (const recipe of values.recipes.split(",")) {
  const [peer, ours] = [`${folder}/${recipe}.npy`, `${folder}/impasto.npy`];
  const before = childSeconds();
  const { seconds, evaluations } = await python(["paint", recipe, "--output", peer]);
  const peerCpu = childSeconds() - before;
  await Deno.copyFile(`${peer}.png`, `${values.output}/${recipe}.png`);
  const mine = await paint(recipe, ours);
  const [theirValue, ourValue] = await python(["value", recipe, peer, ours]);
  console.log(
    `${recipe}: value ${theirValue.toPrecision(5)} in ${seconds.toFixed(0)} s (${peerCpu.toFixed(0)} s of processor, ` +
      `${evaluations} evaluations); impasto ${ourValue.toPrecision(5)} in ${mine.seconds.toFixed(0)} s ` +
      `(${mine.cpu.toFixed(0)} s, ${mine.evaluations}): value × ${(ourValue / theirValue).toFixed(3)}, ` +
      `time × ${(mine.seconds / seconds).toFixed(3)}`,
  );
}
await Deno.remove(folder, { recursive: true });
Deno.exit(0);

async function paint(recipe: string, output: string) {
  const common: Json = {
    network: "vgg19",
    weights: pathToFileURL(weights).href,
    engine: "onnx-cpu",
    threads: Number(values.threads),
    decode: { size, content, styles: [{ picture: style }] },
    optimise: { tolerance: 0 },
  };
  const layers = [common, objectives[recipe], descents[recipe]].map((json) => ({
    source: "bench",
    base: new URL(import.meta.url),
    json,
  }));
  const began = performance.now();
  const before = ownSeconds();
  await using session = openSession();
  const { picture, report } = await session.stylise(await loadPreset("painting", layers));
  const [seconds, cpu] = [(performance.now() - began) / 1000, ownSeconds() - before];
  await Deno.writeFile(output, npyOf(picture.data, [1, 3, picture.height, picture.width]));
  await Deno.writeFile(`${values.output}/${recipe}-impasto.png`, await picture.bytes(".png"));
  return { seconds, cpu, evaluations: report.evaluations };
}

async function python(args: readonly string[]) {
  const script = fileURLToPath(new URL("peers_pytorch.py", import.meta.url));
  const given = ["--weights", weights, "--content", content, "--style", style, "--size", String(size)];
  const { stdout, success } = await new Deno.Command(values.python, {
    args: [script, ...args, ...given],
    stderr: "inherit",
  }).output();
  if (!success) throw new Error(`${values.python} ${args.join(" ")} failed`);
  return JSON.parse(new TextDecoder().decode(stdout));
}

/** Numbers as NumPy's own file format, version 1.0. */
function npyOf(data: Float32Array, shape: readonly number[]): Uint8Array<ArrayBuffer> {
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape.join(", ")}), }`;
  const length = 64 * Math.ceil((text.length + 11) / 64) - 10;
  const header = new TextEncoder().encode(`\u0093NUMPY\x01\x00??${text.padEnd(length - 1)}\n`).subarray(1);
  header.set([0x93], 0);
  new DataView(header.buffer, header.byteOffset).setUint16(8, length, true);
  const bytes = new Uint8Array(header.length + data.byteLength);
  bytes.set(header);
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), header.length);
  return bytes;
}

/** Processor seconds of this process, and of its ended children (proc(5), fields 14 to 17, in hundredths). */
function ownSeconds(): number {
  const [utime, stime] = times();
  return (utime + stime) / 100;
}

function childSeconds(): number {
  const [, , cutime, cstime] = times();
  return (cutime + cstime) / 100;
}

function times(): number[] {
  return Deno.readTextFileSync("/proc/self/stat").replace(/^.*\) /, "").split(" ").slice(11, 15).map(Number);
}
