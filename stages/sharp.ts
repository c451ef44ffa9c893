/**
 * The one place that loads sharp (libvips): reading and writing picture files.
 *
 * @module
 */
import type { Sharp } from "npm:sharp@0.35.5";
import { display } from "../weights/source.ts";
import { messageOf, UserError } from "./errors.ts";
import type { FinishedPicture, Picture, Size } from "./picture.ts";

/** A picture file, decoded at whatever size is asked for. */
export interface PictureFile {
  /** Its own size, upright. */
  readonly size: Size;
  /** Its pixels in sRGB at a size. */
  pixels(size: Size): Promise<Picture>;
  /** Its opacity [height, width] at a size, 0..255; nothing where it has none. */
  alpha(size: Size): Promise<Float32Array | undefined>;
}

/** A picture as bare samples, row by row. */
export interface RawPicture extends Size {
  /** Red, green, blue (and opacity) of each pixel in turn, 0..255. */
  readonly data: Uint8Array | Uint8ClampedArray;
}

/** What is needed of a sharp pipeline, whichever version it is of. */
export interface PicturePipeline {
  /** A copy that may be used apart from the original. */
  clone(): PicturePipeline;
  /** Keeps the orientation and the colour profile. */
  keepMetadata(): PicturePipeline;
  /** Chooses the format. */
  png(): PicturePipeline;
  /** Runs it. */
  toBuffer(): Promise<Uint8Array>;
}

/** File endings that can be written, and how. The options are the best quality that is still of use. */
const writers: Readonly<Record<string, (image: Sharp) => Sharp>> = {
  ".png": (image) => image.png(),
  ".jpg": (image) => image.jpeg({ quality: 95, chromaSubsampling: "4:4:4" }),
  ".jpeg": (image) => image.jpeg({ quality: 95, chromaSubsampling: "4:4:4" }),
  ".webp": (image) => image.webp({ quality: 95 }),
  ".avif": (image) => image.avif({ quality: 80 }),
  ".tif": (image) => image.tiff({ compression: "lzw", predictor: "horizontal" }),
  ".tiff": (image) => image.tiff({ compression: "lzw", predictor: "horizontal" }),
};

/** The file endings that can be written. */
export const endings: readonly string[] = Object.keys(writers);

/** JPEG has no opacity: what was transparent is laid on white. */
const opaqueEndings = new Set([".jpg", ".jpeg"]);

async function loadSharp() {
  return (await import("npm:sharp@0.35.5")).default;
}

/**
 * Opens an encoded picture: any format that libvips reads. The EXIF orientation is applied, an ICC profile converted.
 *
 * @throws {UserError} where it is no picture, or is damaged.
 */
export async function openPicture(bytes: Uint8Array, location: URL): Promise<PictureFile> {
  const sharp = await loadSharp();
  // A truncated file is an error, the small sins of many cameras are not.
  const open = () => sharp(bytes, { failOn: "error" }).autoOrient();
  const readable = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw new UserError(`Cannot read ${display(location)} as a picture: ${messageOf(error)}`, {
        hint: "a whole JPEG, PNG, WebP, AVIF or TIFF file is needed",
        cause: error,
      });
    }
  };

  const { autoOrient, depth, hasAlpha, icc, channels } = await readable(() => open().metadata());
  const deep = depth !== "uchar";
  // sharp takes 16 bits with a profile to Display P3, and no further unless it is told.
  const inSrgb = (image: Sharp) => deep && icc && channels >= 3 ? image.withIccProfile("srgb") : image;

  async function planes(image: Sharp, { width, height }: Size, count: number): Promise<Float32Array<ArrayBuffer>> {
    const sized = inSrgb(image).resize(width, height, { fit: "fill" }).toColourspace(deep ? "rgb16" : "srgb");
    const buffer = await readable(() => sized.raw({ depth: deep ? "ushort" : "uchar" }).toBuffer());
    const samples = deep ? new Uint16Array(buffer.buffer, buffer.byteOffset, buffer.byteLength / 2) : buffer;
    const channels = samples.length / (width * height);
    // 65535 and 255 both stand for full light.
    const unit = deep ? 257 : 1;
    const result = new Float32Array(count * width * height);
    for (let plane = 0; plane < count; plane++) {
      const channel = count === 1 ? channels - 1 : plane;
      for (let i = 0; i < width * height; i++) {
        result[plane * width * height + i] = samples[i * channels + channel] / unit;
      }
    }
    return result;
  }

  return {
    size: autoOrient,
    pixels: async (size) => ({ ...size, data: await planes(open().removeAlpha(), size, 3) }),
    alpha: async (size) => hasAlpha ? await planes(open(), size, 1) : undefined,
  };
}

/**
 * Encodes a picture.
 *
 * @param ending The file's ending, one of {@linkcode endings}.
 * @param xmp An XMP packet to embed.
 */
export async function encodePicture(picture: FinishedPicture, ending: string, xmp: string): Promise<Uint8Array> {
  const sharp = await loadSharp();
  const { width, height, data } = rawPicture(picture);
  const image = sharp(data, { raw: { width, height, channels: picture.alpha ? 4 : 3 } });
  const laid = opaqueEndings.has(ending) ? image.flatten({ background: "white" }) : image;
  return await writers[ending](laid.withXmp(xmp)).toBuffer();
}

/**
 * A picture as bare samples: 3 of each pixel, or 4 where it has opacity. Rounded and clamped to 0..255.
 */
export function rawPicture({ width, height, data, alpha }: FinishedPicture): RawPicture & { data: Uint8ClampedArray } {
  const area = width * height;
  const planes = [0, 1, 2].map((i) => data.subarray(i * area, (i + 1) * area));
  if (alpha) planes.push(alpha);
  const samples = new Uint8ClampedArray(area * planes.length);
  planes.forEach((plane, channel) => {
    for (let i = 0; i < area; i++) samples[i * planes.length + channel] = plane[i];
  });
  return { width, height, data: samples };
}

/**
 * Encodes bare samples without loss, as a PNG.
 *
 * @throws {UserError} where they do not fill the picture.
 */
export async function encodeRaw({ width, height, data }: RawPicture): Promise<Uint8Array<ArrayBuffer>> {
  const channels = data.length / (width * height);
  if (channels !== 3 && channels !== 4) {
    throw new UserError(`Cannot use ${data.length} samples as a picture of ${width}×${height}`, {
      hint: "3 samples of each pixel are needed, or 4 with opacity",
      exitCode: 2,
    });
  }
  const sharp = await loadSharp();
  const image = sharp(data, { raw: { width, height, channels } });
  return await image.png({ compressionLevel: 1 }).toBuffer() as Uint8Array<ArrayBuffer>;
}

/** The XMP packet of a picture, if it has one. */
export async function readXmp(bytes: Uint8Array): Promise<string | undefined> {
  const sharp = await loadSharp();
  return (await sharp(bytes).metadata()).xmpAsString;
}
