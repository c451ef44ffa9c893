/**
 * What can be trusted of optical flow: Ruder, Dosovitskiy, Brox, "Artistic Style Transfer for Videos", 2016.
 *
 * @module
 */
import type { Flow } from "./flow.ts";
import { checkSameSize } from "./frame.ts";
import { warp } from "./warp.ts";

/** The trust in a border of motion: Ruder et al. have 0, but a refined flow is sharp there. */
const atBorders = 0.5;

/**
 * How far each pixel of the later of two frames can be trusted to be where the flow back says: 1, or 0 where it was
 * hidden before or out of the picture (Ruder et al. 2016, equation 5), and a half along the borders of motion (equation 6).
 *
 * @param forward From the earlier frame to the later one.
 * @param backward From the later frame to the earlier one. With the two swapped, the earlier frame's pixels are judged.
 * @returns [height, width].
 * @throws {UserError} if the flows differ in size.
 */
export function consistency(forward: Flow, backward: Flow): Float32Array<ArrayBuffer> {
  checkSameSize(forward, backward, "flows");
  const { width, height, x, y } = backward;
  const returning = warpedFlow(forward, backward);
  const confidence = new Float32Array(width * height);
  for (let row = 0, i = 0; row < height; row++) {
    for (let column = 0; column < width; column++, i++) {
      const [placeX, placeY] = [column + x[i], row + y[i]];
      if (placeX < 0 || placeY < 0 || placeX > width - 1 || placeY > height - 1) continue;
      const [thereX, thereY] = [returning.x[i], returning.y[i]];
      const square = x[i] ** 2 + y[i] ** 2;
      const apart = (thereX + x[i]) ** 2 + (thereY + y[i]) ** 2;
      if (apart > 0.01 * (thereX ** 2 + thereY ** 2 + square) + 0.5) continue;
      const right = column < width - 1 ? 1 : 0;
      const below = row < height - 1 ? width : 0;
      const slope = (x[i + right] - x[i]) ** 2 + (x[i + below] - x[i]) ** 2 +
        (y[i + right] - y[i]) ** 2 + (y[i + below] - y[i]) ** 2;
      confidence[i] = slope > 0.01 * square + 0.002 ? atBorders : 1;
    }
  }
  return confidence;
}

/** The forward flow at the places where the backward flow leads. */
function warpedFlow(forward: Flow, backward: Flow): { x: Float32Array; y: Float32Array } {
  const { width, height } = forward;
  return {
    x: warp({ width, height, data: forward.x }, backward).data,
    y: warp({ width, height, data: forward.y }, backward).data,
  };
}

/** The share of pixels without trust from which two frames belong to two shots. */
const shareOfCut = 0.5;

/** Whether a confidence tells of a cut: less than half of the picture is to be found in the frame before. */
export function isCut(confidence: Float32Array): boolean {
  return confidence.reduce((sum, value) => sum + value, 0) < (1 - shareOfCut) * confidence.length;
}

/**
 * The confidence of each of several earlier frames where the nearer ones do not see the pixel (Ruder et al. 2016,
 * equation 9): the more of them there are, the longer something hidden is remembered.
 *
 * @param confidences From the nearest frame to the farthest, such as 1, 2 and 4 frames before.
 * @returns As many; they add up to at most 1 at each pixel.
 */
export function longTermConfidence(confidences: readonly Float32Array[]): Float32Array<ArrayBuffer>[] {
  const taken = new Float32Array(confidences[0]?.length ?? 0);
  return confidences.map((confidence) => {
    const own = new Float32Array(confidence.length);
    for (let i = 0; i < own.length; i++) {
      own[i] = Math.max(0, confidence[i] - taken[i]);
      taken[i] += own[i];
    }
    return own;
  });
}
