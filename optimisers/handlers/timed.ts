import type { Handler } from "../descend.ts";
import type { Iterate } from "../optimiser.ts";
import { eachStep } from "./each_step.ts";

/**
 * Calls `tell` with each step and the mean seconds per step so far.
 *
 * @param began When the clock started, by `performance.now()`.
 */
export function timed<Vector>(
  tell: (step: Iterate<Vector>, pace: number) => void,
  began: number = performance.now(),
): Handler<Vector> {
  let count = 0;
  return eachStep((step) => tell(step, (performance.now() - began) / ++count / 1000));
}
