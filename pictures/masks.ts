/**
 * Masks: greyscale pictures that say where something applies, from white (fully) to black (not at all).
 *
 * @module
 */
import { UserError } from "../base/errors.ts";
import type { Size } from "./picture.ts";
import { meanOf, type Plane } from "./plane.ts";
import type { PictureFile } from "./read_picture.ts";

/**
 * A picture as a mask of 0..1, stretched to a size: its brightness times its opacity.
 *
 * @param name What an error calls it.
 * @throws {UserError} if it is black everywhere.
 */
export async function readMask(file: PictureFile, size: Size, name: string): Promise<Plane> {
  const { data } = await file.pixels(size);
  const alpha = await file.alpha(size);
  const area = size.width * size.height;
  const plane = {
    ...size,
    data: Float32Array.from(
      { length: area },
      (_, i) => (data[i] + data[area + i] + data[2 * area + i]) / (3 * 255) * (alpha ? alpha[i] / 255 : 1),
    ),
  };
  if (meanOf(plane) > 0) return plane;
  throw new UserError(`Cannot use the mask ${name}: at ${size.width}×${size.height} pixels it is black everywhere`, {
    hint: "paint white what it shall choose; a larger --size keeps finer marks",
  });
}

/** The fewest pixels of a painting that show its style. */
const leastPixels = 256;

/**
 * A mask of a painting: as {@linkcode readMask}.
 *
 * @throws {UserError} if it leaves too few pixels.
 */
export async function readPictureMask(file: PictureFile, size: Size, name: string): Promise<Plane> {
  const plane = await readMask(file, size, name);
  const pixels = Math.round(meanOf(plane) * size.width * size.height);
  if (pixels >= leastPixels) return plane;
  throw new UserError(
    `Cannot use the mask ${name}: of the painting's ${size.width}×${size.height} pixels it leaves ${pixels}`,
    { hint: `${leastPixels} are the least to tell a style; a larger --size or --style-scale gives more` },
  );
}

/**
 * How much of each pixel has each style, all masks considered: overlapping ones share a pixel in proportion, and
 * what none of them claims goes to the styles without a mask.
 *
 * @param masks The mask of each style, if it has one; styles with the same mask get the same plane.
 * @returns One plane per style; undefined for all if there is no mask.
 */
export function coverage(masks: readonly (Plane | undefined)[]): (Plane | undefined)[] {
  const claims = [...new Set(masks.filter((mask) => mask !== undefined))];
  if (claims.length === 0) return masks.map(() => undefined);
  const total = claims[0].data.map((_, i) => claims.reduce((sum, { data }) => sum + data[i], 0));
  const shared = new Map(claims.map((mask) => [
    mask,
    { ...mask, data: mask.data.map((claim, i) => claim / Math.max(1, total[i])) },
  ]));
  const rest = { ...claims[0], data: total.map((claim) => Math.max(0, 1 - claim)) };
  return masks.map((mask) => mask ? shared.get(mask) : rest);
}

/** How much of each pixel has any style at all; undefined if all of every pixel has. */
export function covered(places: readonly (Plane | undefined)[]): Plane | undefined {
  const planes = [...new Set(places)].filter((place) => place !== undefined);
  if (planes.length === 0) return undefined;
  const data = planes[0].data.map((_, i) => planes.reduce((sum, { data }) => sum + data[i], 0));
  return data.some((share) => share < 1 - 1e-3) ? { ...planes[0], data } : undefined;
}
