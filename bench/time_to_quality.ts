/**
 * How long two recipes take to one quality: the published one (Gatys et al. 2015: full size, start from noise, Adam) and
 * the one that the shipped presets build on, for the same objective on the same engine, one after the other.
 *
 *     deno run -A bench/time_to_quality.ts --weights vgg19-conv1-3.safetensors --content photo.jpg --style painting.jpg
 *
 * The published recipe takes `--steps` steps (1000). The other one goes on until its value is as low, and until its
 * picture is: a picture ends at black and white, and what an objective gains beyond them is not in it. The shipped
 * recipe counts what lies beyond; without that it would reach the value sooner, with a picture that is worth far less.
 * The curves go into one picture.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import sharp from "../pictures/sharp_package.ts";
import { loadPreset } from "../presets/load.ts";
import { optionsOf } from "../presets/preset.ts";
import type { Json } from "../base/json.ts";
import type { Progress } from "../chain/progress.ts";
import { decode, scaleSides } from "../stages/decode.ts";
import { optimise } from "../stages/optimise.ts";
import { openSession } from "../session/session.ts";
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

/** What lies beyond black and white counts about as much beside the published objective as beside the shipped one. */
const rangeWeight = 2e6;

/** Share by which the value of a picture of 8 bits may exceed that of the run that painted it. */
const slack = 0.002;

const folder = await Deno.makeTempDir();
const curves: Curve[] = [];
for (const size of values.sizes.split(",").map(Number)) {
  const objective = await objectiveAt(size);
  const published = await race("gatys", [objective, { optimise: { iterations: Number(values.steps) } }]);
  const goal = await worthOf(published, objective);
  console.log(`${size}: published ${told(published, goal)}`);

  const dashed = size !== 256;
  curves.push({ name: `published recipe, ${size} pixels`, colour: "#b04a2f", dashed, points: published.points });

  const ours = await shippedAt(size);
  for (const [what, wanted] of [["picture", goal.picture * (1 - slack)], ["value", goal.value]] as const) {
    const run = await race("painting", [objective, ours], wanted);
    const worth = await worthOf(run, objective);
    if (worth[what] > goal[what]) throw new Error(`the ${what} of the published recipe was not reached`);
    const ratio = (secondsOf(published) / secondsOf(run)).toFixed(1);
    console.log(`${size}: impasto to as low a ${what}, ${told(run, worth)}: 1/${ratio} of the time`);
    if (what === "value") {
      curves.push({ name: `impasto, ${size} pixels`, colour: "#2f6fb0", dashed, points: run.points });
    }
  }
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
      margin: 0,
      terms: {
        content: { loss: "content", formula: "published", layers: { conv3_4: 1 } },
        style: { loss: "gram", formula: "published", layers: { conv1_1: 0.5, conv2_1: 1, conv3_1: 1.5 } },
        smooth: { loss: "total-variation", weight: 0 },
        range: { loss: "range", weight: 0 },
      },
    },
  };
}

/** What the shipped recipe does beside: its steps at each scale, at the last one as many as it takes, and its range. */
async function shippedAt(size: number): Promise<Json> {
  const painting = await loadPreset("painting", [], { incomplete: true });
  const scales = scaleSides({ ...optionsOf(painting, decode)!, size }).length;
  const iterations = [
    ...(optionsOf(painting, optimise)!.iterations as number[]).slice(0, scales - 1),
    10 * Number(values.steps),
  ];
  return {
    "loss-build": { terms: { range: { weight: rangeWeight } } },
    optimise: { iterations, tolerance: 0 },
  };
}

/** Runs a recipe until its value is as low as wanted; returns the lowest values so far with their times. */
async function race(name: string, parts: readonly Json[], wanted = -Infinity) {
  const base = new URL(import.meta.url);
  const preset = await loadPreset(name, parts.map((json) => ({ source: "bench", base, json })));
  await using session = openSession();
  const stop = new AbortController();
  const points: Point[] = [];
  const onProgress = (event: Progress) => {
    if (event.kind !== "step" || event.scale < event.scales - 1) return;
    const value = Math.min(event.value, points.at(-1)?.value ?? Infinity);
    points.push({ seconds: event.seconds, value });
    if (value <= wanted) stop.abort();
  };
  const { picture, report } = await session.stylise(preset, { onProgress, signal: stop.signal, keep: true });
  return { points, evaluations: report.evaluations, picture: await picture.bytes(".png") };
}

type Race = Awaited<ReturnType<typeof race>>;

/** The final value of a run, and the value of its picture as a file would hold it. */
async function worthOf({ points, picture }: Race, objective: Json) {
  const start = `${folder}/picture.png`;
  await Deno.writeFile(start, picture);
  const look = { decode: { start, scales: [] }, optimise: { iterations: 1, start: { content: 1, noise: 0 } } };
  const { points: [{ value }] } = await race("painting", [objective, look]);
  return { value: points.at(-1)!.value, picture: value };
}

function told(run: Race, { value, picture }: Awaited<ReturnType<typeof worthOf>>): string {
  const time = `${run.evaluations} evaluations in ${secondsOf(run).toFixed(1)} s`;
  return `value ${inMillions(value)}, of its picture ${inMillions(picture)}, ${time}`;
}

function secondsOf({ points }: Race): number {
  return points.at(-1)!.seconds;
}

function inMillions(value: number): string {
  return `${(value / 1e6).toFixed(1)} million`;
}
