/**
 * How long two recipes take to one quality: the published one (Gatys et al. 2015: full size, start from noise, Adam) and
 * the one that the shipped presets build on, for the same objective on the same engine, one after the other.
 *
 *     deno run -A bench/time_to_quality.ts --weights vgg19-conv1-3.safetensors --content photo.jpg --style painting.jpg
 *
 * The published recipe takes `--steps` steps (1000); the other one goes on until its objective is as low. The curves go
 * into one picture.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import sharp from "npm:sharp@0.35.5";
import { loadPreset } from "../presets/load.ts";
import type { Json } from "../presets/merge.ts";
import type { Progress } from "../stages/stage.ts";
import { type DecodeOptions, scaleSides } from "../stages/decode.ts";
import { openSession } from "../stages/stylise.ts";
import { given } from "./given.ts";
import { type Curve, drawCurves, type Point } from "./curves.ts";

const { values } = parseArgs({
  args: Deno.args,
  options: {
    ...given,
    sizes: { type: "string", default: "256,512" },
    steps: { type: "string", default: "1000" },
    output: { type: "string", default: "time_to_quality.png" },
  },
});

const folder = await Deno.makeTempDir();
const curves: Curve[] = [];
for (const size of values.sizes.split(",").map(Number)) {
  const objective = await objectiveAt(size);
  const published = await race("gatys", { ...objective, optimise: { iterations: Number(values.steps) } });
  const goal = published.points.at(-1)!;
  const ours = await race("painting", {
    ...objective,
    optimise: { iterations: await iterationsAt(size), tolerance: 0 },
  }, goal.value);
  const reached = ours.points.at(-1)!;
  if (reached.value > goal.value) throw new Error(`the value ${goal.value} was not reached`);
  console.log(
    `${size}: published ${inMillions(goal.value)} after ${published.evaluations} evaluations in ${seconds(goal)}; ` +
      `impasto ${inMillions(reached.value)} after ${ours.evaluations} in ${seconds(reached)}: ` +
      `1/${(goal.seconds / reached.seconds).toFixed(1)} of the time`,
  );
  curves.push(
    { name: `published recipe, ${size} pixels`, colour: "#b04a2f", dashed: size !== 256, points: published.points },
    { name: `impasto, ${size} pixels`, colour: "#2f6fb0", dashed: size !== 256, points: ours.points },
  );
}
await sharp(drawCurves(curves, "the objective, in millions", "seconds")).png().toFile(values.output);
await Deno.remove(folder, { recursive: true });
Deno.exit(0);

/** The published objective as a part of a preset, its pictures in the photograph's shape. */
async function objectiveAt(size: number): Promise<Json> {
  const content = `${folder}/content-${size}.png`;
  const { width, height } = await sharp(values.content).resize(size, size, { fit: "inside" }).png().toFile(content);
  const style = `${folder}/style-${size}.png`;
  await sharp(values.style).resize(width, height, { fit: "fill" }).png().toFile(style);
  return {
    network: "vgg19",
    weights: pathToFileURL(resolve(values.weights)).href,
    engine: "onnx-cpu",
    threads: Number(values.threads),
    decode: { size, content, styles: [{ picture: style }] },
    "feature-extract": { padding: "zero" },
    "loss-build": {
      contentWeight: 0.02,
      styleWeight: 100,
      terms: {
        content: { loss: "content", formula: "published", layers: { conv3_4: 1 } },
        style: { loss: "gram", formula: "published", layers: { conv1_1: 0.5, conv2_1: 1, conv3_1: 1.5 } },
        smooth: { loss: "total-variation", weight: 0 },
        range: { loss: "range", weight: 0 },
      },
    },
  };
}

/** Steps at each scale: those of the shipped recipe, but at the last as many as it takes. */
async function iterationsAt(size: number): Promise<number[]> {
  const { sections: { decode, optimise } } = await loadPreset("painting", [], { incomplete: true });
  const scales = scaleSides({ ...decode as unknown as DecodeOptions, size }).length;
  return [...(optimise.iterations as number[]).slice(0, scales - 1), 10 * Number(values.steps)];
}

/** Runs a recipe, until its value is as low as wanted: the lowest value so far, and when it was reached. */
async function race(name: string, json: Json, wanted = -Infinity) {
  const preset = await loadPreset(name, [{ source: "bench", base: new URL(import.meta.url), json }]);
  await using session = openSession();
  const stop = new AbortController();
  const points: Point[] = [];
  const onProgress = (event: Progress) => {
    if (event.kind !== "step" || event.scale < event.scales - 1) return;
    const value = Math.min(event.value, points.at(-1)?.value ?? Infinity);
    points.push({ seconds: event.seconds, value });
    if (value <= wanted) stop.abort();
  };
  const { report } = await session.stylise(preset, { onProgress, signal: stop.signal });
  return { points, evaluations: report.evaluations };
}

function inMillions(value: number): string {
  return `${(value / 1e6).toFixed(1)} million`;
}

function seconds(point: Point): string {
  return `${point.seconds.toFixed(1)} s`;
}
