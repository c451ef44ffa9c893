import type { Handler } from "../descend.ts";
import { eachStep } from "./each_step.ts";
import type { Standing } from "./keep_place.ts";

/** Ends the steps after so many, those of an earlier run included. */
export function stopAfter<Vector>(count: number, place: Readonly<Standing<Vector>>): Handler<Vector> {
  return eachStep(() => {
    if (place.step >= count) return "stop";
  });
}
