import type { PaintEvent } from "../../session/painting.ts";
import type { RunProgress } from "../protocol.ts";

/** Where a run is by one of its events; undefined if that is no step. */
export function progressIn(event: PaintEvent): RunProgress | undefined {
  if (event.kind !== "step") return undefined;
  const { scale, scales, step, steps, width, height, secondsLeft, value } = event;
  return { scale, scales, step, steps, width, height, secondsLeft, value };
}
