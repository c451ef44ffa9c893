import { adamInTiles } from "./adam_in_tiles.ts";
import { type AdamOptions, stepOf } from "./adam_options.ts";
import { adamStep, type AdamVectors } from "./adam_step.ts";
import type { Evaluate, Iterate, Optimiser, OptimiserState, Resumption } from "./optimiser.ts";

/** Adam (Kingma and Ba 2015, algorithm 1). The value of each step is that of the image before it. */
export const adam: Optimiser<AdamOptions> = {
  name: "adam",
  description: "many small steps of bounded size: robust",
  options: {
    learningRate: {
      type: "number",
      exclusiveMinimum: 0,
      default: 2,
      flag: "learning-rate",
      description: "adam: step size in levels of 0..255",
    },
    beta1: {
      type: "number",
      minimum: 0,
      maximum: 0.9999,
      default: 0.9,
      description: "adam: decay of the mean gradient",
    },
    beta2: {
      type: "number",
      minimum: 0,
      maximum: 0.999999,
      default: 0.999,
      description: "adam: decay of the mean squared gradient",
    },
    epsilon: { type: "number", exclusiveMinimum: 0, default: 1e-8, description: "adam: keeps from dividing by zero" },
    averaging: {
      type: "number",
      minimum: 0,
      maximum: 0.9999,
      default: 0,
      description: "adam: decay of the mean of the images, which becomes the result; 0 for the best image itself",
    },
    lastRate: {
      type: "number",
      minimum: 0,
      maximum: 1,
      default: 1,
      description:
        "adam: the share of the step size that is left at the last step of a scale; 1 keeps it. Large first steps want " +
        "`tolerance` 0",
    },
  },
  remedy: "learningRate",
  minimise(evaluate, start, options, resumption) {
    const { stepFactor, pace, steps } = resumption ?? {};
    const move: Move = (vectors, gradient, step) =>
      adamStep(vectors, gradient, stepOf(options, step, { stepFactor, pace, steps }));
    return movedBy(move, evaluate, start, options.averaging, resumption?.from);
  },
  minimiseInTiles: adamInTiles,
};

/** Moves an image against a gradient, and the means towards it; steps are counted from 1. */
export type Move = (vectors: AdamVectors, gradient: Float32Array, step: number) => void | Promise<void>;

/**
 * The steps of a descent that remembers the means of the gradient and of its square. The value of each step is that of
 * the image before it.
 *
 * @param averaging Decay of the mean of the images, which becomes the result; 0 for none.
 */
export async function* movedBy(
  // A pattern or a default among the parameters would keep what the others were given, whatever is assigned to them.
  move: Move,
  evaluate: Evaluate,
  start: Float32Array,
  averaging: number,
  from: Resumption["from"],
): AsyncGenerator<Iterate> {
  const image = start.slice();
  const { mean, square, images, step: first } = from ? restored(from.state) : fresh(image.length, averaging > 0);
  let known: Iterate | undefined = from;
  // Their vectors would be held to the end.
  [start, from] = [new Float32Array(), undefined];
  for (let step = first;; step++, known = undefined) {
    const { value, gradient } = known ?? await evaluate(image);
    if (!known) {
      if (images) mixIn(images, image, averaging);
      const whole = 1 - averaging ** step;
      const average = images?.map((sum) => sum / whole);
      yield { image, value, gradient, average, state: { mean, square, ...images && { images }, step } };
    }
    await move({ image, mean, square }, gradient, step);
  }
}

/** Moves the running mean of images by another one. */
function mixIn(images: Float32Array, image: Float32Array, averaging: number): void {
  for (let i = 0; i < image.length; i++) images[i] = averaging * images[i] + (1 - averaging) * image[i];
}

/** Both moments of the gradient before a step, and the number of the step. */
interface AdamState {
  readonly mean: Float32Array;
  readonly square: Float32Array;
  /** The running mean of the images, which began at zero; absent without averaging. */
  readonly images?: Float32Array;
  readonly step: number;
}

function fresh(length: number, averages: boolean): AdamState {
  return {
    mean: new Float32Array(length),
    square: new Float32Array(length),
    images: averages ? new Float32Array(length) : undefined,
    step: 1,
  };
}

function restored(state: OptimiserState): AdamState {
  const { mean, square, images, step } = state as OptimiserState & AdamState;
  return { mean: mean.slice(), square: square.slice(), images: images?.slice(), step };
}
