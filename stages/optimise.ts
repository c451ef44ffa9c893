import { UserError } from "./errors.ts";
import type { Evaluation } from "./loss_build.ts";
import type { ImageTensor, Tensors } from "./mean_subtract.ts";
import { optimisers } from "./optimisers/mod.ts";
import type { Pictures } from "./picture.ts";
import { randomFrom } from "./random.ts";
import { objectSchema } from "./schema.ts";
import type { Context, Stage } from "./stage.ts";

/** Options of optimise; each optimiser has a section of its own beside them. */
export interface OptimiseOptions {
  /** Name of the optimiser. */
  readonly optimiser: string;
  /** Steps at each scale, coarse to fine: one number for all, or a list whose last one serves the rest. */
  readonly iterations: number | readonly number[];
  /** Where the first scale starts. */
  readonly start: StartOptions;
  /** Seed of everything random. */
  readonly seed: number;
  /** A snapshot of the picture every so many steps; 0 for none. */
  readonly snapshots: number;
  readonly adam: object;
  readonly lbfgs: object;
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
  readonly image: ImageTensor;
  readonly pictures: Pictures;
  /** Value of the objective there. */
  readonly value: number;
}

/** Lowers the objective step by step, and keeps the best image. */
export const optimise = {
  name: "optimise",
  description: "looks for the image that minimises the objective",
  takes: "objective",
  gives: "painted",
  perScale: true,
  options: {
    optimiser: {
      type: "string",
      enum: Object.keys(optimisers),
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
    adam: { ...objectSchema(optimisers.adam.options), default: {}, description: "options of adam" },
    lbfgs: { ...objectSchema(optimisers.lbfgs.options), default: {}, description: "options of lbfgs" },
  },
  create: (options) => {
    const began = performance.now();

    return async function optimise(objective, context) {
      const { tensors } = objective.features;
      const { width, height } = tensors.content;
      const steps = stepsAt(options, context.scale.index);
      const clock = performance.now();

      let latest: Evaluation | undefined;
      let step = 0;
      const evaluate = async (image: Float32Array) => {
        latest = await objective.evaluate(image);
        checkFinite(latest, step + 1, context);
        return latest;
      };

      let best = startImage(tensors, options);
      let value = Infinity;
      const painted = (): Painted => ({
        image: { width, height, data: best },
        pictures: tensors.pictures,
        value,
      });

      const settings = options[options.optimiser as "adam" | "lbfgs"];
      for await (const iterate of optimisers[options.optimiser].minimise(evaluate, best, settings)) {
        step++;
        if (iterate.value < value) {
          value = iterate.value;
          best = iterate.image.slice();
        }
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
          value: iterate.value,
          terms: latest!.terms,
          seconds: (performance.now() - began) / 1000,
          secondsLeft: perStep * (steps - step + laterSteps(tensors.pictures, options, context)),
        });
        if (options.snapshots > 0 && step % options.snapshots === 0) {
          await context.branch(painted(), { label: snapshotLabel(step, steps, context), terms: latest!.terms });
        }
        if (step === steps || context.signal?.aborted) break;
        // Lets timers and signals through where the engine itself answers without waiting.
        await new Promise((resolve) => setTimeout(resolve));
      }
      return painted();
    };
  },
} satisfies Stage<"objective", "painted", OptimiseOptions>;

function stepsAt({ iterations }: OptimiseOptions, scale: number): number {
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
function checkFinite({ value, terms, gradient }: Evaluation, step: number, { scale }: Context): void {
  const sound = Number.isFinite(value) && Number.isFinite(gradient.reduce((sum, slope) => sum + Math.abs(slope), 0));
  if (sound) return;
  const [culprit] = Object.entries(terms).find(([, term]) => !Number.isFinite(term)) ?? ["the gradient"];
  throw new UserError(
    `The objective is no longer finite at step ${step} of scale ${scale.index + 1}: ${culprit} is out of range`,
    { hint: "lower optimise.adam.learningRate or the weights, and check the weights file" },
  );
}
