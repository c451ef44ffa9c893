import type { Evaluation } from "./loss_build.ts";

/** Thrown through an optimiser where its steps led out of all bounds: smaller ones may not. */
export class BlowUp extends Error {
  override readonly name = "BlowUp";
}

/** The mean distance from zero that no picture of levels up to 255 comes near, whatever its contrast. */
const farthest = 10 * 255;

/**
 * Looks whether an objective and the image where it was taken are of any use: a pass over both costs little beside the
 * network.
 *
 * @param where What the error says of the time.
 * @throws {BlowUp} where they are not.
 */
export function checkSound({ value, terms, gradient }: Evaluation, image: Float32Array, where: string): void {
  if (!Number.isFinite(value) || !Number.isFinite(meanSize(gradient))) {
    const [culprit] = Object.entries(terms).find(([, term]) => !Number.isFinite(term)) ?? ["the gradient"];
    throw new BlowUp(`The objective is no longer finite ${where}: ${culprit} is out of range`);
  }
  const size = meanSize(image);
  if (size > farthest) {
    const level = size.toPrecision(3);
    throw new BlowUp(`The picture blows up ${where}: its levels lie ${level} from zero on average, where 255 is white`);
  }
}

/** Mean of |x|. */
function meanSize(x: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += Math.abs(x[i]);
  return sum / x.length;
}
