import { UserError } from "../base/errors.ts";
import { type FinishedPicture, planesOf, type Size } from "./picture.ts";
import { loadSharp } from "./sharp.ts";

/** A picture as bare samples, row by row. */
export interface RawPicture extends Size {
  /** Red, green, blue (and opacity) of each pixel in turn, or its grey alone, 0..255. */
  readonly data: Uint8Array | Uint8ClampedArray;
  /** How many samples each pixel has: 1, 3 or 4; as many as `data` holds unless given. */
  readonly channels?: number;
}

/** A finished picture as bare samples. */
export interface FinishedSamples extends RawPicture {
  /** Red, green, blue (and opacity) of each pixel in turn, 0..255. */
  readonly data: Uint8ClampedArray<ArrayBuffer>;
  /** 3, or 4 if it has opacity. */
  readonly channels: 3 | 4;
}

/** A picture as bare samples, rounded and clamped to 0..255. */
export function rawPicture(picture: FinishedPicture): FinishedSamples {
  const { width, height } = picture;
  const area = width * height;
  const planes = planesOf(picture);
  const samples = new Uint8ClampedArray(area * planes.length);
  planes.forEach((plane, channel) => {
    for (let i = 0; i < area; i++) samples[i * planes.length + channel] = plane[i];
  });
  return { width, height, data: samples, channels: planes.length as 3 | 4 };
}

/**
 * Encodes bare samples without loss, as a PNG.
 *
 * @param name What an error calls them.
 * @throws {UserError} if they are no bytes, or are not 1, 3 or 4 per pixel.
 */
export async function encodeRaw(
  { width, height, data, channels = data.length / (width * height) }: RawPicture,
  name = "the picture",
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = data instanceof Uint8Array || data instanceof Uint8ClampedArray;
  if (!bytes || !isCount(channels) || channels * width * height !== data.length) {
    const what = `${data.length} samples of a ${data.constructor.name}`;
    throw new UserError(`Cannot use ${what} as ${name}, a picture of ${width}×${height}`, {
      hint: "3 bytes of each pixel are needed, 4 with opacity, or 1 of grey, as in a mask",
      exitCode: 2,
    });
  }
  const sharp = await loadSharp();
  const image = sharp(data, { raw: { width, height, channels } });
  return await image.png({ compressionLevel: 1 }).toBuffer() as Uint8Array<ArrayBuffer>;
}

function isCount(channels: number): channels is 1 | 3 | 4 {
  return channels === 1 || channels === 3 || channels === 4;
}
