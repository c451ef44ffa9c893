/**
 * Masks: greyscale pictures that say where something applies, from white (fully) to black (not at all).
 *
 * @module
 */
import { UserError } from "../base/errors.ts";
import type { Size } from "./picture.ts";
import { meanOf, type Plane } from "./plane.ts";
import type { PictureFile } from "./read_picture.ts";

/** Levels that differ by less are one: lossy formats and resampling blur a flat colour as much. */
const blur = 8;
/** The opacity from which a pixel's colour counts, 0..255: it is rounded off below. */
const visible = 64;

/**
 * A picture as a mask of 0..1, stretched to a size: its brightness times its opacity; its opacity alone if all that is
 * to be seen has one brightness, as of a shape on a transparent layer.
 *
 * @param name What an error calls it.
 * @throws {UserError} if it is black everywhere.
 */
export async function readMask(file: PictureFile, size: Size, name: string): Promise<Plane> {
  const { data } = await file.pixels(size);
  const alpha = await file.alpha(size);
  const area = size.width * size.height;
  const brightness = Float32Array.from(
    { length: area },
    (_, i) => (data[i] + data[area + i] + data[2 * area + i]) / 3,
  );
  const plane = { ...size, data: alpha ? withOpacity(brightness, alpha) : brightness.map((level) => level / 255) };
  if (meanOf(plane) > 0) return plane;
  throw new UserError(`Cannot use the mask ${name}: at ${size.width}×${size.height} pixels it is black everywhere`, {
    hint: "paint white what it shall choose; a larger `decode.size` keeps finer marks",
  });
}

function withOpacity(brightness: Float32Array, alpha: Float32Array): Float32Array {
  const seen = brightness.filter((_, i) => alpha[i] >= visible);
  const shaped = rangeOf(alpha) > blur && seen.length > 0 && rangeOf(seen) <= blur;
  return alpha.map((opacity, i) => opacity / 255 * (shaped ? 1 : brightness[i] / 255));
}

function rangeOf(levels: Float32Array): number {
  let [least, most] = [Infinity, -Infinity];
  for (const level of levels) [least, most] = [Math.min(least, level), Math.max(most, level)];
  return most - least;
}

/** Shares that add up to so little less than 1 do so by rounding. */
const rounding = 1e-4;

/** The fewest pixels of a painting that show its style. */
const leastPixels = 256;

/**
 * How much of each pixel of a painting is to teach its style: what a mask chooses, and its own opacity.
 *
 * @param own The mask of the painting, if it has one, and what an error calls the two.
 * @returns undefined if all of the painting is.
 * @throws {UserError} if too few pixels are left.
 */
export async function readPictureMask(
  painting: PictureFile,
  size: Size,
  own: { readonly file?: PictureFile; readonly name: string },
): Promise<Plane | undefined> {
  const opacity = await painting.alpha(size);
  const chosen = own.file && await readMask(own.file, size, own.name);
  if (!chosen && !opacity?.some((level) => level < 255)) return undefined;
  const data = (chosen?.data ?? new Float32Array(size.width * size.height).fill(1))
    .map((share, i) => opacity ? share * opacity[i] / 255 : share);
  const plane = { ...size, data };
  const pixels = Math.round(meanOf(plane) * size.width * size.height);
  if (pixels >= leastPixels) return plane;
  const what = chosen ? `the mask ${own.name}: of the painting's` : `${own.name}: of its`;
  const left = chosen ? "it leaves" : "those that are not transparent are";
  throw new UserError(`Cannot use ${what} ${size.width}×${size.height} pixels ${left} ${pixels}`, {
    hint: `${leastPixels} are the least to tell a style; a larger \`decode.size\` or \`decode.styleScale\` gives more`,
  });
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
  return data.some((share) => share < 1 - rounding) ? { ...planes[0], data } : undefined;
}
