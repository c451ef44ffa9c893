import { meanSize } from "./vectors.ts";

/** Thrown through an optimiser if its steps led out of all bounds: smaller ones may not. */
export class BlowUp extends Error {
  override readonly name = "BlowUp";
}

/** What an evaluation says, with the terms that its value is made of. */
interface Evaluated {
  readonly value: number;
  readonly terms: Readonly<Record<string, number>>;
  readonly gradient: Float32Array;
}

/**
 * Looks whether a value and its gradient are numbers.
 *
 * @param where What the error says of the time.
 * @throws {BlowUp} if they are not.
 */
export function checkFinite({ value, terms, gradient }: Evaluated, where: string): void {
  if (Number.isFinite(value) && Number.isFinite(meanSize(gradient))) return;
  const [culprit] = Object.entries(terms).find(([, term]) => !Number.isFinite(term)) ?? ["the gradient"];
  throw new BlowUp(`The objective is no longer finite ${where}: ${culprit} is out of range`);
}
