import type { Handler } from "../descend.ts";
import type { Iterate } from "../optimiser.ts";
import { eachStep } from "./each_step.ts";

/**
 * Tells each step with the seconds that a step has taken on average.
 *
 * @param began When the clock started, by `performance.now()`.
 */
export function timed(tell: (step: Iterate, pace: number) => void, began: number = performance.now()): Handler {
  let count = 0;
  return eachStep((step) => tell(step, (performance.now() - began) / ++count / 1000));
}
