/**
 * What can be trusted of optical flow: Ruder, Dosovitskiy, Brox, "Artistic Style Transfer for Videos", 2016.
 *
 * @module
 */
import type { Flow } from "./flow.ts";
import { checkSameSize } from "./frame.ts";

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
  const confidence = new Float32Array(width * height);
  for (let row = 0, i = 0; row < height; row++) {
    for (let column = 0; column < width; column++, i++) {
      const [placeX, placeY] = [column + x[i], row + y[i]];
      if (placeX < 0 || placeY < 0 || placeX > width - 1 || placeY > height - 1) continue;
      if (!leadsBack(forward, placeX, placeY, x[i], y[i])) continue;
      const square = x[i] ** 2 + y[i] ** 2;
      const right = column < width - 1 ? 1 : 0;
      const below = row < height - 1 ? width : 0;
      const slope = (x[i + right] - x[i]) ** 2 + (x[i + below] - x[i]) ** 2 +
        (y[i + right] - y[i]) ** 2 + (y[i + below] - y[i]) ** 2;
      confidence[i] = slope > 0.01 * square + 0.002 ? atBorders : 1;
    }
  }
  return confidence;
}

/**
 * Whether the flow at a place leads back to where a motion came from: at one of the four pixels around it at least, for
 * what is interpolated at a border of motion leads nowhere.
 */
function leadsBack(
  { width, height, x, y }: Flow,
  placeX: number,
  placeY: number,
  backX: number,
  backY: number,
): boolean {
  const [left, top] = [Math.floor(placeX), Math.floor(placeY)];
  const [right, bottom] = [Math.min(width - 1, left + 1), Math.min(height - 1, top + 1)];
  for (let row = top; row <= bottom; row++) {
    for (let column = left; column <= right; column++) {
      const i = row * width + column;
      const apart = (x[i] + backX) ** 2 + (y[i] + backY) ** 2;
      if (apart <= 0.01 * (x[i] ** 2 + y[i] ** 2 + backX ** 2 + backY ** 2) + 0.5) return true;
    }
  }
  return false;
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
