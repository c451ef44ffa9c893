import type { Size } from "../../pictures/picture.ts";

/** The mean of a plane [height, width] over squares of 2 · radius + 1 pixels; the borders repeat. */
export function boxMean(plane: Float32Array, { width, height }: Size, radius: number): Float32Array<ArrayBuffer> {
  const [across, result] = [new Float32Array(plane.length), new Float32Array(plane.length)];
  for (let y = 0; y < height; y++) meanAlong(plane, across, y * width, width, 1, radius);
  for (let x = 0; x < width; x++) meanAlong(across, result, x, height, width, radius);
  return result;
}

/** The running mean of one line of `length` numbers, each `step` after the one before. */
function meanAlong(
  from: Float32Array,
  into: Float32Array,
  start: number,
  length: number,
  step: number,
  radius: number,
): void {
  const at = (i: number) => from[start + Math.min(length - 1, Math.max(0, i)) * step];
  let sum = 0;
  for (let i = -radius; i <= radius; i++) sum += at(i);
  for (let i = 0; i < length; i++) {
    into[start + i * step] = sum / (2 * radius + 1);
    sum += at(i + radius + 1) - at(i - radius);
  }
}
