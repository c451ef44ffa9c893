import { UserError } from "../../base/errors.ts";
import type { Evaluation } from "../../objective/evaluation.ts";
import { BlowUp, checkFiniteSize } from "../../optimisers/finite.ts";
import { type OptimiserEntry, optimiserOf } from "../../optimisers/mod.ts";
import { meanSize } from "../../optimisers/vectors.ts";

/** A mean distance from zero, in levels, that no picture of 0..255 comes near. */
const farthest = 10 * 255;

/**
 * Checks that an evaluation is finite, and that its image lies within bounds: a pass over both costs little beside the
 * network.
 *
 * @param where Names the step in the error.
 * @throws {BlowUp} if not.
 */
export function checkSound(evaluation: Evaluation, image: Float32Array, where: string): void {
  checkSizes(evaluation, { gradient: meanSize(evaluation.gradient), image: meanSize(image) }, where);
}

/** The same by the mean size of the elements of both. */
export function checkSizes(
  evaluation: Omit<Evaluation, "gradient">,
  { gradient, image }: { readonly gradient: number; readonly image: number },
  where: string,
): void {
  checkFiniteSize(evaluation, gradient, where);
  if (image > farthest) {
    const level = image.toPrecision(3);
    throw new BlowUp(`The picture blows up ${where}: its levels lie ${level} from zero on average, where 255 is white`);
  }
}

/** The error of a run that a blow-up ended, with a hint at the option to lower. */
export function failureOf(
  { message }: BlowUp,
  step: number,
  options: { readonly optimiser: OptimiserEntry; readonly [section: string]: unknown },
): UserError {
  const { optimiser: entry, ...sections } = options;
  const { optimiser: { name, remedy } } = optimiserOf(entry, sections);
  // An optimiser that does not ship has no section: its options stand beside its name.
  const place = !("optimiser" in entry) && Object.hasOwn(sections, name) ? name : "optimiser";
  const wayOut = remedy ? `lower optimise.${place}.${remedy}` : "lower the weights of the terms";
  return new UserError(message, {
    hint: step === 0 ? "check the weights file, the start image and the weights of the terms" : wayOut,
  });
}
