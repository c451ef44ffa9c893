import { fitted, longerSide } from "../pictures/picture.ts";
import { resample } from "../pictures/resample.ts";
import type { Frame } from "./film.ts";
import { consistency, type FlowWorkers, isCut } from "./flow/mod.ts";

/** The longer side at which cuts are looked for: whether half of a picture is gone shows in small. */
const side = 160;

/** Whether a cut lies between two frames that follow each other. */
export async function cutBetween(before: Frame, now: Frame, { flows }: Pick<FlowWorkers, "flows">): Promise<boolean> {
  const { forward, backward } = await flows(inSmall(before), inSmall(now));
  return isCut(consistency(forward, backward));
}

function inSmall(frame: Frame): Frame {
  if (longerSide(frame) <= side) return frame;
  const size = fitted(frame, side);
  return { ...size, data: resample(frame.data, 3, frame, size) };
}
