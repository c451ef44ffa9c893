/**
 * What tiles see of each other, in two bytes a number. It is rounded wherever the other tile is, on the same worker or
 * not: so a picture does not depend on who computes what.
 *
 * @module
 */

/** The levels of a strip of the image, in steps of 1/64: half of that is a thirtieth of what a picture file rounds by. */
export type ImageStrip = Int16Array<ArrayBuffer>;

/** The slopes of a strip: half precision, scaled by a power of two such that the largest fits. */
export interface SlopeStrip {
  readonly scale: number;
  readonly values: Float16Array<ArrayBuffer>;
}

const steps = 64;

/** A strip of an image for another tile. */
export function roundedImage(levels: Float32Array): ImageStrip {
  // An array of bytes would wrap around.
  return Int16Array.from(levels, (level) => Math.max(-0x7fff, Math.min(0x7fff, Math.round(level * steps))));
}

/** The strip that was sent. */
export function imageOf(strip: ImageStrip): Float32Array {
  return Float32Array.from(strip, (level) => level / steps);
}

/** A strip of a gradient for another tile. */
export function roundedSlopes(slopes: Float32Array): SlopeStrip {
  let largest = 0;
  for (const slope of slopes) largest = Math.max(largest, Math.abs(slope));
  const scale = largest > 0 && Number.isFinite(largest) ? 2 ** (14 - Math.floor(Math.log2(largest))) : 1;
  return { scale, values: Float16Array.from(slopes, (slope) => slope * scale) };
}

/** The strip that was sent. */
export function slopesOf({ scale, values }: SlopeStrip): Float32Array {
  return Float32Array.from(values, (value) => value / scale);
}
