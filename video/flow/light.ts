import type { Picture } from "../../pictures/picture.ts";
import { boxMean } from "./box.ts";
import { brightnessOf, checkSameSize, type Frame } from "./frame.ts";

/** What the light of two frames is compared by. */
export interface LightChange {
  /** The photograph before, warped to the one now. */
  readonly before: Frame;
  /** The photograph now. */
  readonly now: Frame;
  /** How far each pixel can be trusted [height, width]; fully unless given. What cannot be does not count. */
  readonly confidence?: Float32Array;
  /**
   * Half the side of the square over which the change is averaged, in pixels: grain is no change of light.
   *
   * @default 8
   */
  readonly radius?: number;
}

/**
 * A warped painting with the change of light of its photograph: the difference of brightness is added to red, green and
 * blue. What is asked of a painting over time is then that it changes as its photograph does (Gao et al., "ReCoNet", 2018,
 * equation 7, where the difference is each pixel's own).
 *
 * @param painting The painting of the frame before, warped to the one now.
 * @throws {UserError} if the sizes differ.
 */
export function relit(painting: Picture, { before, now, confidence, radius = 8 }: LightChange): Picture {
  checkSameSize(painting, now, "a painting and its photograph");
  checkSameSize(before, now, "photographs");
  const { width, height } = painting;
  const area = width * height;
  const [earlier, later] = [brightnessOf(before), brightnessOf(now)];
  const trust = confidence ?? new Float32Array(area).fill(1);
  const change = boxMean(later.map((value, i) => trust[i] * (value - earlier[i])), painting, radius);
  const weight = boxMean(trust, painting, radius);
  const data = new Float32Array(3 * area);
  for (let i = 0; i < area; i++) {
    const light = weight[i] > 1e-3 ? change[i] / weight[i] : 0;
    for (let at = i; at < data.length; at += area) data[at] = painting.data[at] + light;
  }
  return { width, height, data };
}
