import type { Handler } from "../descend.ts";
import { eachStep } from "./each_step.ts";
import type { Standing } from "./keep_place.ts";

/** Sends a snapshot every so many steps; never if `count` is 0. */
export function snapshotEvery<Vector>(
  count: number,
  place: Readonly<Standing<Vector>>,
  send: () => Promise<void>,
): Handler<Vector> {
  return eachStep(async () => {
    if (count > 0 && place.step % count === 0) await send();
  });
}
