import type { Handler } from "../descend.ts";
import type { Iterate } from "../optimiser.ts";
import { eachStep } from "./each_step.ts";
import type { Standing } from "./keep_place.ts";

/** The terms of a value, by name. */
export type Terms = Readonly<Record<string, number>>;

/** The best image so far. */
export interface Best {
  readonly image: Float32Array;
  readonly value: number;
  readonly terms: Terms;
}

/** What holds the best image. */
export interface Kept {
  best: Best;
}

/** Keeps the best image, or the average if the optimiser gives one. Copies an image only if it does not last. */
export function keepBest(kept: Kept, termsOf: (step: Iterate) => Terms): Handler {
  return eachStep((step) => {
    const { image, lasting, average, value } = step;
    if (average) kept.best = { image: average, value, terms: termsOf(step) };
    else if (value < kept.best.value) {
      kept.best = { image: lasting ? image : image.slice(), value, terms: termsOf(step) };
    }
  });
}

/** Evaluates the average if one is kept as the best image: until then its value is that of the last step. */
export async function judgeAverage(
  descent: Kept & Standing,
  evaluate: (image: Float32Array) => Promise<Omit<Best, "image">>,
): Promise<void> {
  const { last, best: { image } } = descent;
  if (last?.average !== image) return;
  const { value, terms } = await evaluate(image);
  descent.best = { image, value, terms };
}
