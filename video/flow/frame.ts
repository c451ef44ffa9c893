import { UserError } from "../../base/errors.ts";
import type { Size } from "../../pictures/picture.ts";

/** A picture whose motion is sought: a `Picture`, or a plane of grey. */
export interface Frame extends Size {
  /** Red, green, blue in planes [3, height, width], or grey [height, width]; 0..255. */
  readonly data: Float32Array;
}

/** The share of red, green and blue in brightness (ITU-R BT.601). */
const shares = [0.299, 0.587, 0.114];

/**
 * The brightness of a frame [height, width] in an array of its own.
 *
 * @throws {UserError} if its numbers are neither one nor three for each pixel.
 */
export function brightnessOf({ width, height, data }: Frame): Float32Array<ArrayBuffer> {
  const area = width * height;
  if (area < 1 || ![area, 3 * area].includes(data.length)) {
    throw new UserError(`Cannot see motion in ${data.length} numbers as a frame of ${width}×${height}`, {
      hint: "`data` holds planes of grey, or of red, green and blue: width · height numbers each",
      exitCode: 2,
    });
  }
  if (data.length === area) return data.slice() as Float32Array<ArrayBuffer>;
  const [red, green, blue] = shares;
  const brightness = new Float32Array(area);
  for (let i = 0; i < area; i++) brightness[i] = red * data[i] + green * data[area + i] + blue * data[2 * area + i];
  return brightness;
}

/**
 * Checks that two things lie over each other pixel by pixel.
 *
 * @throws {UserError} if their sizes differ.
 */
export function checkSameSize(one: Size, other: Size, what: string): void {
  if (one.width === other.width && one.height === other.height) return;
  throw new UserError(
    `Cannot compare ${what} of ${one.width}×${one.height} and ${other.width}×${other.height}`,
    { hint: "give both one size", exitCode: 2 },
  );
}
