import type { Handler } from "../descend.ts";
import type { Iterate } from "../optimiser.ts";
import { eachStep } from "./each_step.ts";

/** How far a descent has come. */
export interface Standing<Vector = Float32Array> {
  /** Steps that are done. */
  step: number;
  /** The last step; undefined if the optimiser begins at the best image. */
  last?: Iterate<Vector>;
}

/** Counts the steps, and keeps the last one so that the optimiser can resume there. */
export function keepPlace<Vector>(place: Standing<Vector>): Handler<Vector> {
  return eachStep((step) => {
    place.last = step;
    place.step++;
  });
}
