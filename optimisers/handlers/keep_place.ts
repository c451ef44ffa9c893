import type { Handler } from "../descend.ts";
import type { Iterate } from "../optimiser.ts";
import { eachStep } from "./each_step.ts";

/** How far a descent has come. */
export interface Standing {
  /** Steps that are done. */
  step: number;
  /** Where the optimiser stands; undefined if it begins at the best image. */
  last?: Iterate;
}

/** Counts the steps, and keeps the last one so that the optimiser can go on from there. */
export function keepPlace(place: Standing): Handler {
  return eachStep((step) => {
    place.last = step;
    place.step++;
  });
}
