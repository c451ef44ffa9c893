import type { Handler } from "../descend.ts";
import { BlowUp } from "../finite.ts";
import type { Iterate } from "../optimiser.ts";
import { eachStep } from "./each_step.ts";

/** The terms of a value, by name. */
export type Terms = Readonly<Record<string, number>>;

/** The best image so far. */
export interface Best<Vector = Float32Array> {
  readonly image: Vector;
  readonly value: number;
  readonly terms: Terms;
  /** Set while the image is an average, and value and terms are still those of its step. */
  readonly unjudged?: true;
}

/** A descent that keeps its best image. */
export interface Kept<Vector = Float32Array> {
  best: Best<Vector>;
}

/** Keeps the best image, or the average if the optimiser gives one. Copies an image only if it does not last. */
export function keepBest<Vector>(
  kept: Kept<Vector>,
  termsOf: (step: Iterate<Vector>) => Terms,
): Handler<Vector> {
  return eachStep((step) => {
    const { image, lasting, average, value } = step;
    if (average) kept.best = { image: average, value, terms: termsOf(step), unjudged: true };
    else if (value < kept.best.value) {
      kept.best = { image: lasting ? image : copyOf(image), value, terms: termsOf(step) };
    }
  });
}

/**
 * Evaluates the average if one is kept as the best image: until then its value is that of the last step, which stays if
 * the evaluation throws a {@linkcode BlowUp}.
 */
export async function judgeAverage<Vector>(
  kept: Kept<Vector>,
  evaluate: (image: Vector) => Promise<Pick<Best, "value" | "terms">>,
): Promise<void> {
  const { image, unjudged } = kept.best;
  if (!unjudged) return;
  try {
    const { value, terms } = await evaluate(image);
    kept.best = { image, value, terms };
  } catch (error) {
    if (!(error instanceof BlowUp)) throw error;
  }
}

/** What stands for a vector elsewhere is never overwritten. */
function copyOf<Vector>(image: Vector): Vector {
  return image instanceof Float32Array ? image.slice() as Vector : image;
}
