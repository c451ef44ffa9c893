/**
 * Reads picture files: any format that libvips reads.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { UserError } from "../base/errors.ts";
import { display, readAll } from "../base/read.ts";
import type { Picture, Size } from "./picture.ts";
import { bands } from "./bands.ts";
import { suspectlyFlat } from "./flat.ts";
import { lackOf } from "./jpeg_end.ts";
import { recognise, unreadable } from "./recognise.ts";
import { loadSharp, type Metadata, type Sharp } from "./sharp.ts";
import { isWide, narrowed } from "./wide_samples.ts";

/** A picture file, decoded at whatever size is asked for. */
export interface PictureFile {
  /** Its own size, upright. */
  readonly size: Size;
  /** Pixels per inch in print, if it says so. */
  readonly density?: number;
  /** SHA-256 of the file, in hexadecimal. */
  digest(): Promise<string>;
  /** Its pixels in sRGB at a size. */
  pixels(size: Size): Promise<Picture>;
  /** Its opacity [height, width] at a size, 0..255; undefined if it has none. */
  alpha(size: Size): Promise<Float32Array | undefined>;
}

/** The most pixels that a file may have unless somebody says so. */
export const usualPixelLimit = 2.68e8;

/** Options of {@linkcode openPicture}. */
interface OpenOptions {
  /** The most pixels that the picture may have, as a small file can decode to any size; no limit unless given. */
  readonly pixelLimit?: number;
  /** The most bytes of samples that are decoded in memory; a larger picture is decoded to a temporary file. */
  readonly inMemory?: number;
  /** Whether its floats are amounts, as of a mask, and not light. */
  readonly amounts?: boolean;
  /** Told what a person should know of a file that is read all the same: a clause without its name. */
  readonly remark?: (message: string) => void;
}

/** The most bytes of a file that are kept in memory; a larger one is read again for each size. */
const held = 2 ** 26;

/**
 * Opens the picture at an address.
 *
 * @throws {UserError} if it cannot be read, is no picture, or is damaged.
 */
export async function loadPicture(
  location: string,
  { signal, ...options }: OpenOptions & { readonly signal?: AbortSignal } = {},
): Promise<PictureFile> {
  const url = new URL(location);
  const large = url.protocol === "file:" && await Deno.stat(url).then(({ size }) => size > held, () => false);
  return await openPicture(large ? fileURLToPath(url) : await readAll(url, { signal }), url, options);
}

/**
 * Opens an encoded picture: any format that libvips reads. The EXIF orientation is applied, an ICC profile converted.
 *
 * @param file Its bytes, or the path of a file that is too large for memory.
 * @throws {UserError} if it is no picture, is damaged, or too large.
 */
export async function openPicture(
  file: Uint8Array | string,
  location: URL,
  { pixelLimit = Infinity, inMemory = 2 ** 28, amounts = false, remark = () => {} }: OpenOptions = {},
): Promise<PictureFile> {
  const sharp = await loadSharp();
  const { place, ...recognised } = await recognise(file, location, remark);
  const { ended, words } = recognised.kind === "jpeg" ? await lackOf(sharp, file, pixelLimit) : {};
  if (words) remark(words);
  const source = ended ?? file;
  const readable = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw unreadable(location, recognised, error);
    }
  };
  // A truncated file is an error; small faults that many cameras write are not.
  const strictness = { failOn: "error", limitInputPixels: false, ...place } as const;

  const header = await readable(() => sharp(source, strictness).metadata());
  const { width, height, autoOrient, orientation = 1, pages = 1 } = header;
  if (moving.includes(header.format) && pages > 1) remark(`it moves: the first of its ${pages} pictures is taken`);
  if (width * height > pixelLimit) {
    throw new UserError(
      `Cannot read ${display(location)}: it has ${megapixels(width * height)} megapixels, more than ${
        megapixels(pixelLimit)
      }`,
      { hint: "raise `decode.pixelLimit` if you trust it", code: "picture-unreadable" },
    );
  }
  // Rows in their order need not be kept, unless the picture has to be turned.
  const sequentialRead = orientation === 1;
  const stored = () => sharp(source, { ...strictness, sequentialRead, ignoreIcc: true });
  const once = lazily(() => readable(() => narrowed(sharp, stored, header, { amounts, remark })));
  const open = async () => {
    const image = isWide(header)
      ? sharp(await once(), { limitInputPixels: false })
      : sharp(source, { ...strictness, sequentialRead });
    return image.autoOrient();
  };
  const deep = header.depth !== "uchar";

  async function planes(image: Sharp, size: Size, count: number): Promise<Float32Array<ArrayBuffer>> {
    const { width, height } = size;
    const sized = inSrgb(image.resize(width, height, { fit: "fill" }), header);
    const result = new Float32Array(count * width * height);
    // 65535 and 255 both stand for full light.
    const unit = deep ? 257 : 1;
    await readable(async () => {
      for await (const { top, rows, samples } of bands(sharp, sized, { ...size, deep, inMemory })) {
        const area = rows * width;
        const channels = samples.length / area;
        for (let plane = 0; plane < count; plane++) {
          const channel = count === 1 ? channels - 1 : plane;
          const base = (plane * height + top) * width;
          for (let i = 0; i < area; i++) result[base + i] = samples[i * channels + channel] / unit;
        }
      }
    });
    return result;
  }

  let warned = false;
  async function warnIfFlat(picture: Picture): Promise<void> {
    const said = suspectlyFlat(picture, header, await sizeOf(file));
    if (said && !warned) remark(said);
    warned ||= said !== undefined;
  }

  return {
    size: autoOrient,
    density: header.density,
    digest: lazily(() => digestOf(file)),
    pixels: async (size) => {
      const picture = { ...size, data: await planes((await open()).removeAlpha(), size, 3) };
      // Black under a shape of opacity is usual.
      if (!header.hasAlpha) await warnIfFlat(picture);
      return picture;
    },
    alpha: async (size) => header.hasAlpha ? await planes(await open(), size, 1) : undefined,
  };
}

/** The formats, as sharp calls them, whose pages are moments. */
const moving: readonly string[] = ["gif", "webp"];

/** What a task gives, which runs when it is first asked for. */
function lazily<T>(task: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined;
  return () => running ??= task();
}

/** Converts a picture to sRGB, of 8 bits if it has 8, else of 16. */
function inSrgb(image: Sharp, { depth, space, icc }: Pick<Metadata, "depth" | "space" | "icc">): Sharp {
  if (depth === "uchar") return image.toColourspace("srgb");
  // sharp converts 16 bits with a profile to Display P3 only, and grey not at all, unless it is told. Profile and
  // samples have to be of one kind until then.
  const grey = space === "grey16" || space === "b-w";
  return icc ? image.withIccProfile("srgb").toColourspace(grey ? "grey16" : "rgb16") : image.toColourspace("rgb16");
}

async function digestOf(file: Uint8Array | string): Promise<string> {
  const hash = createHash("sha256");
  if (typeof file !== "string") return hash.update(file).digest("hex");
  for await (const piece of (await Deno.open(file)).readable) hash.update(piece);
  return hash.digest("hex");
}

async function sizeOf(file: Uint8Array | string): Promise<number> {
  return typeof file === "string" ? (await Deno.stat(file)).size : file.length;
}

function megapixels(pixels: number): string {
  return String(Number((pixels / 1e6).toPrecision(4)));
}

/**
 * The XMP packet of a picture, if it has one.
 *
 * @param source Its bytes, or the path of a file.
 */
export async function readXmp(source: Uint8Array | string): Promise<string | undefined> {
  const sharp = await loadSharp();
  // The header alone is read, whatever the size.
  const { xmp } = await sharp(source, { limitInputPixels: false }).metadata();
  return xmp && new TextDecoder().decode(xmp);
}
