import { fitted, longerSide, type Size } from "../pictures/picture.ts";
import type { Frame } from "./film.ts";
import { consistency, type FlowWorkers, isCut } from "./flow/mod.ts";

/** The longer side at which cuts are looked for: whether half of a picture is gone shows in small. */
const side = 160;

/** Whether a cut lies between two frames that follow each other. */
export async function cutBetween(before: Frame, now: Frame, { flows }: Pick<FlowWorkers, "flows">): Promise<boolean> {
  const { forward, backward } = await flows(inSmall(before), inSmall(now), { finest: 1 });
  return isCut(consistency(forward, backward));
}

/** Small copies of frames: each is compared with the one before and the one behind. */
const copies = new WeakMap<Frame, Frame>();

/** The brightness of a frame, reduced by a whole number: means of squares. */
function inSmall(frame: Frame): Frame {
  const known = copies.get(frame);
  if (known) return known;
  const factor = Math.max(1, Math.floor(longerSide(frame) / side));
  const { width, data } = frame;
  const area = data.length / 3;
  const size = {
    width: Math.max(1, Math.floor(width / factor)),
    height: Math.max(1, Math.floor(frame.height / factor)),
  };
  const sums = new Float32Array(size.width * size.height);
  for (let y = 0; y < size.height * factor; y++) {
    const row = Math.floor(y / factor) * size.width;
    for (let x = 0, at = y * width; x < size.width * factor; x++, at++) {
      sums[row + Math.floor(x / factor)] += 0.299 * data[at] + 0.587 * data[area + at] + 0.114 * data[2 * area + at];
    }
  }
  for (let i = 0; i < sums.length; i++) sums[i] /= factor ** 2;
  const small = { ...size, data: sums };
  copies.set(frame, small);
  return small;
}

/** A size at which a film need not be larger for cuts to be found. */
export function cutSize(size: Size): Size {
  return longerSide(size) <= side ? size : fitted(size, side);
}
