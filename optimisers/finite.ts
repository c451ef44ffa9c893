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
export function checkFinite({ value, terms, gradient }: Evaluated, where: string): void {
  if (Number.isFinite(value) && Number.isFinite(meanSize(gradient))) return;
  const [culprit] = Object.entries(terms).find(([, term]) => !Number.isFinite(term)) ?? ["the gradient"];
  throw new BlowUp(`The objective is no longer finite ${where}: ${culprit} is out of range`);
}
