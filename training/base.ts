/**
 * Trains the painter that ships: one set of kernels, and a row for each style.
 *
 *     deno run -A training/base.ts PLAN.json WORK [OUT]
 *
 * The plan names the styles (presets, with how often each is seen), the photographs and the phases; WORK holds the
 * checkpoint, from which the script goes on. With OUT, the painter of the checkpoint is written there instead, with the
 * rows of those styles that ship.
 *
 * @module
 */
import { pathToFileURL } from "node:url";
import { join } from "node:path";
import { loadPreset, openSession, type Preset } from "../mod.ts";
import type { Context, Stage } from "../chain/stage.ts";
import { normalFrom, randomFrom } from "../base/random.ts";
import { sizeOf } from "../graph/mod.ts";
import { kernelShapes, painterArchitectures, type PainterRow, rowLength } from "../networks/painter.ts";
import type { Objective } from "../objective/objective.ts";
import type { Tensors } from "../objective/tensors.ts";
import { fromTensor } from "../networks/input.ts";
import { muon } from "../optimisers/muon.ts";
import { shareLeft } from "../optimisers/adam_options.ts";
import type { Tensor } from "../graph/tensor.ts";
import type { Network } from "../networks/network.ts";
import { longerSide } from "../pictures/picture.ts";
import { openPainter, writePainter } from "../weights/painter_file.ts";
import { loadPicture } from "../pictures/read_picture.ts";
import { openCrops } from "../stages/train/crops.ts";
import { kernelMatrices, openOrthogonaliser } from "../stages/train/orthogonal.ts";
import { type TrainingProgram, trainingProgram } from "../stages/train/program.ts";
import { openSafetensors } from "../weights/safetensors.ts";
import { writeSafetensors } from "../weights/safetensors_writer.ts";

interface Plan {
  readonly seed: number;
  /** The greatest step of Adam. */
  readonly learningRate: number;
  /** The greatest step of Muon, which moves all kernels but the outer ones; Adam does unless given. */
  readonly matrixRate?: number;
  /** The share of both that is left at the end. */
  readonly last: number;
  readonly photographs: string;
  /** Each style by its preset's name, or by that of its painting, a file that the preset `painting` is given. */
  readonly styles: Readonly<Record<string, PlannedStyle>>;
  /** Steps until the phase ends. */
  readonly phases: readonly { readonly until: number; readonly side: number; readonly count: number }[];
  /**
   * What the weights begin from: a checkpoint of a plan with the same styles, its mean; or a painter, whose rows go to
   * the styles of their names, and the mean of its rows to the others.
   */
  readonly from?: { readonly checkpoint: string } | { readonly painter: string };
  /** The least share that the weights have in their mean, which is taken every ten steps; 0.01 unless given. */
  readonly averaging?: number;
  /** How often the styles are compared also at half the size: larger forms, as a recipe of several scales makes them. */
  readonly pyramid?: number;
  /** The emphasis of content at the start, the share of all steps over which it would fall to 1, and its least. */
  readonly emphasis: readonly [number, number, number];
}

interface PlannedStyle {
  readonly painting?: string;
  readonly often: number;
  readonly ships?: boolean;
  /** How much more content counts than the emphasis says; 1 unless given. */
  readonly content?: number;
}

const [planFile, work, out] = Deno.args;
const plan: Plan = JSON.parse(await Deno.readTextFile(planFile));
const architecture = painterArchitectures.p16l;
const names = Object.keys(plan.styles);
const kernelCount = [...kernelShapes(architecture).values()].reduce((sum, shape) => sum + sizeOf(shape), 0);
const rowCount = rowLength(architecture);
/** Rows learn so many times faster than kernels. */
const rowPace = 5;

/** A step at which the learning rate has risen. */
const risen = 300;

const total = plan.phases.at(-1)!.until;
const phaseAt = (step: number) => plan.phases.find(({ until }) => step < until) ?? plan.phases.at(-1)!;
const pace = (step: number) => {
  const rise = Math.min(1, step / 200);
  return rise * shareLeft(step / total, plan.last);
};
const emphasisAt = (step: number) => {
  const [first, share, last] = plan.emphasis;
  return Math.max(last, first ** (1 - step / (share * total)));
};

await Deno.mkdir(work, { recursive: true });
await using session = await openSession();

const photographs: string[] = [];
if (!out) {
  for await (const { name } of Deno.readDir(plan.photographs)) {
    photographs.push(join(plan.photographs, name));
  }
}
const crops = await openCrops(
  await Promise.all(photographs.sort().map((path) => loadPicture(pathToFileURL(path).href))),
);

/** Each style's objective, the colour of its painting, and its programs by side and count. */
const objectives: {
  readonly objective: Objective;
  readonly context: Context;
  readonly network: Network;
  readonly colour: readonly number[];
  readonly note: Omit<PainterRow, "values">;
}[] = [];
for (const name of names) {
  const capture: Stage<Objective | Tensors, undefined, object> = {
    name: "capture",
    description: "keeps the objective",
    // A painter is written without any objective.
    takes: out ? "tensors" : "objective",
    gives: "nothing",
    options: {},
    create: () => async (given, context) => {
      const { network, styles, content } = "begin" in given ? given.begin() : given;
      const colour = [0, 0, 0];
      let share = 0;
      for (const { image, weight } of styles) {
        const data = fromTensor(image, network);
        share += weight;
        for (let c = 0; c < 3; c++) {
          const plane = data.subarray(c * data.length / 3, (c + 1) * data.length / 3);
          colour[c] += weight * plane.reduce((sum, level) => sum + level, 0) / plane.length;
        }
      }
      const note = {
        name,
        learnt: styles.map(({ painting, weight }) => ({ painting: painting!, weight: weight / share })),
        styleScale: longerSide(styles[0].image) / longerSide(content),
      };
      objectives.push({
        objective: given as Objective,
        context,
        network,
        colour: colour.map((sum) => sum / share / 128 - 1),
        note,
      });
      return undefined;
    },
  };
  const { painting } = plan.styles[name];
  const asked: Preset = painting
    ? {
      extends: "painting",
      decode: { content: "impasto:examples/harbour.jpg", styles: [{ picture: painting }], scales: [] },
    }
    : { extends: name, decode: { scales: [] } };
  const preset = await loadPreset(
    { ...asked, ...plan.pyramid && { "loss-build": { pyramid: plan.pyramid } }, optimise: undefined } as never,
  );
  const upTo = preset.chain.findIndex(({ stage }) => stage.name === (out ? "feature-extract" : "optimise"));
  await session.run(preset, [...preset.chain.slice(0, upTo), { stage: capture, options: {} }] as never, {});
  console.log("objective of", name);
}
const programs = new Map<string, Promise<TrainingProgram>>();
const programOf = async (style: number, phase: Plan["phases"][number]) => {
  const key = `${style} ${phase.side} ${phase.count}`;
  if (!programs.has(key)) {
    const stale = [...programs].filter(([key]) => !key.endsWith(` ${phase.side} ${phase.count}`));
    for (const [key, program] of stale) {
      programs.delete(key);
      await (await program)[Symbol.asyncDispose]();
    }
    const { objective, context, network } = objectives[style];
    const engine = await context.compute.engine();
    programs.set(key, trainingProgram(architecture, objective, network, phase, engine));
  }
  return await programs.get(key)!;
};

const length = kernelCount + names.length * rowCount;
const start = new Float32Array(length);
const normal = normalFrom(randomFrom(plan.seed));
let place = 0;
for (const [name, shape] of kernelShapes(architecture)) {
  const deviation = name.startsWith("colours") ? 0.01 : Math.sqrt(2 / (shape[1] * shape[2] * shape[3]));
  for (let i = 0; i < sizeOf(shape); i++) start[place++] = deviation * normal();
}
for (const { colour } of objectives) {
  for (const { channels } of architecture.steps) {
    start.fill(1 / rowPace, place, place + channels);
    place += 2 * channels;
  }
  for (const level of colour) start[place++] = level / rowPace;
}
if (plan.from && "painter" in plan.from && !out) {
  const { kernels, rows } = await openPainter(pathToFileURL(plan.from.painter));
  place = 0;
  for (const name of kernelShapes(architecture).keys()) {
    const { data } = kernels.get(name)!;
    start.set(data, place);
    place += data.length;
  }
  const middle = Float32Array.from(
    { length: rowCount },
    (_, i) => rows.reduce((sum, { values }) => sum + values[i], 0) / rows.length,
  );
  names.forEach((name, style) => {
    const values = rows.find((row) => row.name === name)?.values ?? middle;
    // The colour of a style that is new stays its painting's own.
    const known = values === middle ? rowCount - 3 : rowCount;
    for (let i = 0; i < known; i++) start[kernelCount + style * rowCount + i] = values[i] / rowPace;
  });
}

const checkpoint = join(work, "base.checkpoint");
const from = await restore();
if (out) {
  if (!from) throw new Error(`there is no ${checkpoint}`);
  const kernels = new Map<string, Tensor>();
  let at = 0;
  for (const [name, shape] of kernelShapes(architecture)) {
    kernels.set(name, { shape, data: from.average.slice(at, at += sizeOf(shape)) });
  }
  const rows = objectives.map(({ note }, i) => ({
    ...note,
    values: from.average.subarray(kernelCount + i * rowCount, kernelCount + (i + 1) * rowCount)
      .map((value) => rowPace * value),
  })).filter(({ name }) => plan.styles[name].ships);
  await writePainter(out, { architecture, kernels, rows }, {
    licence: "MIT",
    source: "trained by training/base.ts on vgg19-mini (CC BY 4.0)",
  });
  console.log(`wrote ${out}: ${rows.map(({ name }) => name).join(", ")}, after ${from.steps} steps`);
  Deno.exit(0);
}

const often = names.map((name) => plan.styles[name].often);
const sum = often.reduce((a, b) => a + b);
let step = from?.state.step as number ?? 0;
const recent = new Map<string, number>();
const evaluate = async (x: Float32Array) => {
  // A generator of its own for each step: a run that goes on sees what an unbroken one sees.
  const random = randomFrom(plan.seed * 1_000_003 + step);
  for (let i = 0; i < 4; i++) random();
  let pick = random() * sum;
  const style = Math.min(names.length - 1, often.findIndex((share) => (pick -= share) < 0));
  const phase = phaseAt(step);
  const program = await programOf(style, phase);
  const at = kernelCount + style * rowCount;
  const weights = new Float32Array(kernelCount + rowCount);
  weights.set(x.subarray(0, kernelCount));
  for (let i = 0; i < rowCount; i++) weights[kernelCount + i] = rowPace * x[at + i];
  const emphasis = emphasisAt(step) * (plan.styles[names[style]].content ?? 1);
  const { value, terms, gradient } = await program.judge(weights, crops.batch(phase, random), emphasis, random);
  if (!Number.isFinite(value)) throw new Error(`the value is ${value} at step ${step}`);
  const whole = new Float32Array(length);
  whole.set(gradient.subarray(0, kernelCount));
  for (let i = 0; i < rowCount; i++) whole[at + i] = rowPace * gradient[kernelCount + i];
  for (const [sort, value] of [["content", 0], ["style", 0]] as const) {
    const own = Object.entries(terms).reduce(
      (sum, [name, v]) => name.startsWith(sort) ? sum + v : sum,
      value as number,
    );
    const key = `${sort} ${names[style]}`;
    recent.set(key, recent.has(key) ? 0.95 * recent.get(key)! + 0.05 * own : own);
  }
  step++;
  return { value, gradient: whole };
};

const began = performance.now();
let saved = began;
const { learningRate, matrixRate = 0 } = plan;
const engine = await objectives[0].context.compute.engine();
await using matrices = await openOrthogonaliser(matrixRate > 0 ? kernelMatrices(architecture) : [], engine);
/** The mean of the weights, which ships. */
const average = from?.average ?? start.slice();
const steps = muon(evaluate, from?.image ?? start, { learningRate, matrixRate, averaging: 0 }, matrices, {
  from: from as never,
  pace,
});
for await (const iterate of steps) {
  if (step % 10 === 0) {
    const share = Math.max(plan.averaging ?? 0.01, 1 / (1 + step / 10));
    for (let i = 0; i < length; i++) average[i] += share * (iterate.image[i] - average[i]);
  }
  if (step % 100 === 0) {
    const mean = (sort: string) => {
      const values = [...recent].filter(([key]) => key.startsWith(sort)).map(([, value]) => value);
      return (values.reduce((a, b) => a + b, 0) / values.length).toFixed(3);
    };
    console.log(
      step,
      ((performance.now() - began) / 1000).toFixed(0),
      "content",
      mean("content"),
      "style",
      mean("style"),
    );
  }
  const done = step >= total;
  if (performance.now() - saved > 120_000 || done) {
    saved = performance.now();
    await save(iterate as never);
    if (done) break;
  }
}

async function save(iterate: {
  image: Float32Array;
  gradient: Float32Array;
  value: number;
  state: { mean: Float32Array; square: Float32Array; step: number };
}) {
  const flat = (data: Float32Array) => ({ shape: [data.length], data });
  const { mean, square } = iterate.state;
  const arrays = { image: iterate.image, gradient: iterate.gradient, average, mean, square };
  await writeSafetensors(
    `${checkpoint}.new`,
    Object.fromEntries(Object.entries(arrays).map(([name, data]) => [name, flat(data)])),
    { step: String(iterate.state.step), at: String(step), value: String(iterate.value), styles: names.join(",") },
  );
  await Deno.rename(`${checkpoint}.new`, checkpoint);
  console.log("saved at", step, Object.fromEntries([...recent].map(([key, value]) => [key, +value.toFixed(3)])));
}

async function restore() {
  const isThere = await Deno.stat(checkpoint).then(() => true, () => false);
  const other = plan.from && "checkpoint" in plan.from ? plan.from.checkpoint : undefined;
  if (!isThere && other === undefined) return undefined;
  await using file = await openSafetensors(pathToFileURL(isThere ? checkpoint : other!));
  const read = async (name: string) => (await file.tensor(name)).data;
  const found = {
    steps: Number(file.metadata.at),
    image: await read("image"),
    gradient: await read("gradient"),
    value: Number(file.metadata.value),
    average: await read("average"),
    state: { mean: await read("mean"), square: await read("square"), step: Number(file.metadata.step) },
  };
  if (isThere) return found;
  // From the mean of the other plan, without its momentum; its step has risen already.
  const none = new Float32Array(found.image.length);
  const state = { ...found.state, mean: none.slice(), step: risen };
  return { ...found, steps: risen, image: found.average.slice(), gradient: none, state };
}
