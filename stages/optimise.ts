import { UserError } from "./errors.ts";
import type { Evaluation } from "./loss_build.ts";
import type { ImageTensor, Tensors } from "./mean_subtract.ts";
import { type OptimiserEntry, optimiserOf, optimisers } from "./optimisers/mod.ts";
import type { Pictures } from "./picture.ts";
import { randomFrom } from "./random.ts";
import { namedSchema, objectSchema } from "./schema.ts";
import type { Context, Stage } from "./stage.ts";

/** Options of optimise; each optimiser has a section of its own beside them. */
export interface OptimiseOptions {
  /** The optimiser: its name, or the address of a module. */
  readonly optimiser: OptimiserEntry;
  /** Steps at each scale, coarse to fine: one number for all, or a list whose last one serves the rest. */
  readonly iterations: number | readonly number[];
  /** Where the first scale starts. */
  readonly start: StartOptions;
  /** Seed of everything random. */
  readonly seed: number;
  /** A snapshot of the picture every so many steps; 0 for none. */
  readonly snapshots: number;
  /** The options of each optimiser under its name. */
  readonly [optimiser: string]: unknown;
}

/** The start image: content · C + noise · uniform(−range, range), in the network's convention. */
export interface StartOptions {
  /** Share of the content picture, or of the start picture where there is one. */
  readonly content: number;
  /** Share of the noise. */
  readonly noise: number;
  /** Half width of the noise in levels. */
  readonly range: number;
}

/** What optimise gives: the best image that it found. */
export interface Painted {
  /** The image, in the network's convention. */
  readonly image: ImageTensor;
  /** The pictures of its scale. */
  readonly pictures: Pictures;
  /** Value of the objective there. */
  readonly value: number;
}

type Terms = Evaluation["terms"];

/** Thrown through an optimiser to end it between two evaluations. */
const interrupted = new Error("interrupted");

/** Lowers the objective step by step, and keeps the best image. */
export const optimise = {
  name: "optimise",
  description: "looks for the image that minimises the objective",
  takes: "objective",
  gives: "painted",
  perScale: true,
  options: {
    optimiser: {
      ...namedSchema("optimiser", Object.keys(optimisers)),
      default: "lbfgs",
      flag: "optimiser",
      description: Object.values(optimisers).map(({ name, description }) => `${name}: ${description}`).join("; "),
    },
    iterations: {
      anyOf: [
        { type: "integer", minimum: 1, maximum: 1_000_000 },
        { type: "array", items: { type: "integer", minimum: 1, maximum: 1_000_000 }, minItems: 1 },
      ],
      default: 200,
      flag: "iterations",
      description: "steps at each scale, coarse to fine: a number, or a list whose last one serves the rest",
    },
    start: {
      ...objectSchema({
        content: { type: "number", default: 1, description: "share of the photograph (or of the start picture)" },
        noise: { type: "number", minimum: 0, default: 0, description: "share of uniform noise" },
        range: { type: "number", minimum: 0, default: 20, description: "half width of the noise in levels of 0..255" },
      }),
      default: {},
      description: "where the first scale starts: a mixture of the photograph and noise",
    },
    seed: {
      type: "integer",
      minimum: 0,
      maximum: 2 ** 32 - 1,
      default: 0,
      flag: "seed",
      description: "seed of the noise: the same one gives the same picture",
    },
    snapshots: {
      type: "integer",
      minimum: 0,
      default: 0,
      flag: "snapshots",
      description: "write the picture so far every so many steps; 0 for never",
    },
    ...Object.fromEntries(
      Object.values(optimisers).map(({ name, options }) => [
        name,
        { ...objectSchema(options), default: {}, description: `options of ${name}` },
      ]),
    ),
  },
  create: (options) => {
    const began = performance.now();

    return async function optimise(objective, context) {
      const { tensors } = objective.features;
      const { width, height } = tensors.content;
      const steps = stepsAt(options, context.scale.index);
      const clock = performance.now();

      const termsAt = new WeakMap<Float32Array, Terms>();
      const start = startImage(tensors, options);
      let step = 0;
      let first = Infinity;
      let best = { image: start, value: Infinity, terms: {} as Terms };
      const evaluate = async (image: Float32Array) => {
        if (step > 0 && context.signal?.aborted) throw interrupted;
        const evaluation = await objective.evaluate(image);
        checkFinite(evaluation, step + 1, options, context);
        termsAt.set(evaluation.gradient, evaluation.terms);
        return evaluation;
      };
      const painted = (): Painted => ({
        image: { width, height, data: best.image },
        pictures: tensors.pictures,
        value: best.value,
      });

      const { optimiser, settings } = optimiserOf(options.optimiser, options);
      try {
        for await (const { image, value, gradient } of optimiser.minimise(evaluate, start, settings)) {
          step++;
          const terms = termsAt.get(gradient)!;
          if (step === 1) first = value;
          if (value < best.value) best = { image: image.slice(), value, terms };
          const perStep = (performance.now() - clock) / step / 1000;
          context.report({
            kind: "step",
            stage: "optimise",
            scale: context.scale.index,
            scales: context.scale.count,
            width,
            height,
            step,
            steps,
            value,
            terms,
            seconds: (performance.now() - began) / 1000,
            secondsLeft: perStep * (steps - step + laterSteps(tensors.pictures, options, context)),
          });
          if (options.snapshots > 0 && step % options.snapshots === 0) {
            await context.branch(painted(), { label: snapshotLabel(step, steps, context), terms: best.terms });
          }
          if (step === steps || context.signal?.aborted) break;
          // Lets timers and signals through where the engine itself answers without waiting.
          await new Promise((resolve) => setTimeout(resolve));
        }
      } catch (error) {
        if (error !== interrupted) throw error;
      }
      if (context.signal?.aborted && context.scale.index === 0 && best.value >= first) {
        throw new UserError("Interrupted before the picture changed: nothing is written", {
          hint: "a few steps later there is a picture to keep",
          exitCode: 130,
        });
      }
      return painted();
    };
  },
} satisfies Stage<"objective", "painted", OptimiseOptions>;

/** The steps at a scale. */
export function stepsAt({ iterations }: Pick<OptimiseOptions, "iterations">, scale: number): number {
  if (typeof iterations === "number") return iterations;
  return iterations[Math.min(scale, iterations.length - 1)];
}

/** The steps of the finer scales, counted in steps of this one: their time goes with the area. */
function laterSteps({ sizes }: Pictures, options: OptimiseOptions, { scale }: Context): number {
  const area = ({ width, height }: { width: number; height: number }) => width * height;
  return sizes.slice(scale.index + 1).reduce(
    (total, size, i) => total + stepsAt(options, scale.index + 1 + i) * area(size) / area(sizes[scale.index]),
    0,
  );
}

function startImage({ content, start, previous }: Tensors, { start: mix, seed }: OptimiseOptions): Float32Array {
  if (previous) return previous.data;
  const random = randomFrom(seed);
  const noise = () => mix.noise * mix.range * (2 * random() - 1);
  return (start ?? content).data.map((level) => mix.content * level + noise());
}

function snapshotLabel(step: number, steps: number, { scale }: Context): string {
  const number = String(step).padStart(String(steps).length, "0");
  return scale.count > 1 ? `${scale.index + 1}-${number}` : number;
}

/** One pass over the gradient costs little beside the network. */
function checkFinite(evaluation: Evaluation, step: number, { optimiser }: OptimiseOptions, { scale }: Context): void {
  const { value, terms, gradient } = evaluation;
  const sound = Number.isFinite(value) && Number.isFinite(gradient.reduce((sum, slope) => sum + Math.abs(slope), 0));
  if (sound) return;
  const [culprit] = Object.entries(terms).find(([, term]) => !Number.isFinite(term)) ?? ["the gradient"];
  const wayOut = optimiser === "adam" ? "lower optimise.adam.learningRate" : "lower the weights of the terms";
  throw new UserError(
    `The objective is no longer finite at step ${step} of scale ${scale.index + 1}: ${culprit} is out of range`,
    { hint: step === 1 ? "check the weights file, the start image and the weights of the terms" : wayOut },
  );
}
