import type { Handler } from "../descend.ts";
import type { Iterate } from "../optimiser.ts";
import { eachStep } from "./each_step.ts";

/** How far a descent has come. */
export interface Standing {
  /** Steps that are done. */
  step: number;
  /** The last step; undefined if the optimiser begins at the best image. */
  last?: Iterate;
}

/** Counts the steps, and keeps the last one so that the optimiser can resume there. */
export function keepPlace(place: Standing): Handler {
  return eachStep((step) => {
    place.last = step;
    place.step++;
  });
}
