import { UserError } from "../base/errors.ts";
import { type FinishedPicture, planesOf, type Size } from "./picture.ts";
import { loadSharp } from "./sharp.ts";

/** A picture as bare samples, row by row. */
export interface RawPicture extends Size {
  /** Red, green, blue (and opacity) of each pixel in turn, 0..255. */
  readonly data: Uint8Array | Uint8ClampedArray;
}

/** A picture as bare samples, rounded and clamped to 0..255: 3 per pixel, or 4 if it has opacity. */
export function rawPicture(picture: FinishedPicture): RawPicture & { data: Uint8ClampedArray } {
  const { width, height } = picture;
  const area = width * height;
  const planes = planesOf(picture);
  const samples = new Uint8ClampedArray(area * planes.length);
  planes.forEach((plane, channel) => {
    for (let i = 0; i < area; i++) samples[i * planes.length + channel] = plane[i];
  });
  return { width, height, data: samples };
}

/**
 * Encodes bare samples without loss, as a PNG.
 *
 * @param name What an error calls them.
 * @throws {UserError} if they are no bytes, or are not 3 or 4 per pixel.
 */
export async function encodeRaw(
  { width, height, data }: RawPicture,
  name = "the picture",
): Promise<Uint8Array<ArrayBuffer>> {
  const channels = data.length / (width * height);
  const bytes = data instanceof Uint8Array || data instanceof Uint8ClampedArray;
  if (!bytes || (channels !== 3 && channels !== 4)) {
    const what = `${data.length} samples of a ${data.constructor.name}`;
    throw new UserError(`Cannot use ${what} as ${name}, a picture of ${width}×${height}`, {
      hint: "3 bytes of each pixel are needed, or 4 with opacity",
      exitCode: 2,
    });
  }
  const sharp = await loadSharp();
  const image = sharp(data, { raw: { width, height, channels } });
  return await image.png({ compressionLevel: 1 }).toBuffer() as Uint8Array<ArrayBuffer>;
}
