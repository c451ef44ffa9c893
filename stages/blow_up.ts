import type { Evaluation } from "./loss_build.ts";
import { BlowUp, checkFinite } from "./optimisers/finite.ts";
import { meanSize } from "./optimisers/vectors.ts";

/** The mean distance from zero that no picture of levels up to 255 comes near, whatever its contrast. */
const farthest = 10 * 255;

/**
 * Looks whether an objective and the image where it was taken are of any use: a pass over both costs little beside the
 * network.
 *
 * @param where What the error says of the time.
 * @throws {BlowUp} if they are not.
 */
export function checkSound(evaluation: Evaluation, image: Float32Array, where: string): void {
  checkFinite(evaluation, where);
  const size = meanSize(image);
  if (size > farthest) {
    const level = size.toPrecision(3);
    throw new BlowUp(`The picture blows up ${where}: its levels lie ${level} from zero on average, where 255 is white`);
  }
}
