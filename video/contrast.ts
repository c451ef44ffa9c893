import type { Picture } from "../pictures/picture.ts";
import { boxMean } from "./flow/box.ts";

/** Half the side of the squares whose contrast is compared, in pixels. */
const radius = 4;

/**
 * A picture with the contrast of another one where its own is less: what was mixed of two has lost some of its strokes.
 *
 * @param most How much stronger its contrast may become.
 */
export function withContrastOf(like: Picture, picture: Picture, most: number): Picture {
  const area = picture.width * picture.height;
  const [own, wanted] = [localContrast(picture), localContrast(like)];
  const data = new Float32Array(3 * area);
  for (let at = 0; at < data.length; at++) {
    const i = at % area;
    // One level² more in both: grain is no contrast.
    const gain = Math.min(most, Math.max(1, Math.sqrt((wanted.variance[i] + 1) / (own.variance[i] + 1))));
    const mean = own.means[at];
    data[at] = Math.min(255, Math.max(0, mean + gain * (picture.data[at] - mean)));
  }
  return { width: picture.width, height: picture.height, data };
}

/** The means of each plane in squares around each pixel [3, height, width], and the variance of all [height, width]. */
function localContrast(picture: Picture) {
  const area = picture.width * picture.height;
  const [means, variance] = [new Float32Array(3 * area), new Float32Array(area)];
  for (let start = 0; start < means.length; start += area) {
    const plane = picture.data.subarray(start, start + area);
    const mean = boxMean(plane, picture, radius);
    const squares = boxMean(plane.map((level) => level * level), picture, radius);
    means.set(mean, start);
    for (let i = 0; i < area; i++) variance[i] += Math.max(0, squares[i] - mean[i] * mean[i]);
  }
  return { means, variance };
}
