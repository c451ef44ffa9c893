import { meanSize } from "./vectors.ts";

/** The steps of an optimiser led out of all bounds: smaller ones may not. */
export class BlowUp extends Error {
  override readonly name = "BlowUp";
}

/** An evaluation with the terms of its value. */
interface Evaluated {
  readonly value: number;
  readonly terms: Readonly<Record<string, number>>;
  readonly gradient: Float32Array;
}

/**
 * Checks that a value and its gradient are finite.
 *
 * @param where Names the step in the error.
 * @throws {BlowUp} if they are not.
 */
export function checkFinite(evaluated: Evaluated, where: string): void {
  checkFiniteSize(evaluated, meanSize(evaluated.gradient), where);
}

/** The same by the mean size of the gradient's elements. */
export function checkFiniteSize({ value, terms }: Omit<Evaluated, "gradient">, size: number, where: string): void {
  if (Number.isFinite(value) && Number.isFinite(size)) return;
  const [culprit] = Object.entries(terms).find(([, term]) => !Number.isFinite(term)) ?? ["the gradient"];
  throw new BlowUp(`The objective is no longer finite ${where}: ${culprit} is out of range`);
}
