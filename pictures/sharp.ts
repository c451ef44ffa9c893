/**
 * The one place that loads sharp (libvips): reading and writing picture files.
 *
 * @module
 */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { default as SharpModuleFunction, Sharp } from "npm:sharp@0.35.5";
import { display, readAll } from "../base/read.ts";
import { messageOf, UserError } from "../base/errors.ts";
import { scratchFolder } from "../base/scratch.ts";
import type { FinishedPicture, Picture, Size } from "./picture.ts";

type SharpModule = typeof SharpModuleFunction;

/** A picture file, decoded at whatever size is asked for. */
export interface PictureFile {
  /** Its own size, upright. */
  readonly size: Size;
  /** Its pixels in sRGB at a size. */
  pixels(size: Size): Promise<Picture>;
  /** Its opacity [height, width] at a size, 0..255; nothing where it has none. */
  alpha(size: Size): Promise<Float32Array | undefined>;
}

/** How a picture is written. */
export interface Writing {
  /** The file's ending, one of {@linkcode endings}. */
  readonly ending: string;
  /** Bits per sample; 16 for {@linkcode deepEndings} alone. */
  readonly depth: 8 | 16;
  /** How the inside of a TIFF is laid out. */
  readonly tiff: TiffLayout;
  /** An XMP packet to embed. */
  readonly xmp: string;
}

/**
 * Strips as TIFF 6.0 has them; tiles, of which a viewer of a large picture reads what it shows; tiles with the offsets of
 * 64 bits that BigTIFF has; or what the size asks for.
 */
export const tiffLayouts = ["auto", "strips", "tiles", "bigtiff"] as const;
export type TiffLayout = typeof tiffLayouts[number];

/** Pixels from which a TIFF is tiled by itself. */
const manyPixels = 50e6;
/** Bytes of samples from which a TIFF may pass the 4 GB that offsets of 32 bits reach: LZW can make noise larger. */
const manyBytes = 2 ** 31;
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
const writers: Readonly<Record<string, (image: Sharp, layout: Exclude<TiffLayout, "auto">) => Sharp>> = {
  ".png": (image) => image.png(),
  ".jpg": jpeg,
  ".jpeg": jpeg,
  ".webp": (image) => image.webp({ quality: 95 }),
  ".avif": (image) => image.avif({ quality: 80 }),
  ".tif": tiff,
  ".tiff": tiff,
};

/** The file endings that can be written. */
export const endings: readonly string[] = Object.keys(writers);

/** Those of formats that hold 16 bits per sample. */
export const deepEndings: readonly string[] = [".png", ".tif", ".tiff"];

/** The longest side in pixels that a format can hold: WebP by its specification, AVIF by libheif's limits. */
export const longestSides: Readonly<Record<string, number>> = { ".webp": 16383, ".avif": 16384 };

/** JPEG has no opacity: what was transparent is laid on white. */
const opaqueEndings = new Set([".jpg", ".jpeg"]);

function jpeg(image: Sharp): Sharp {
  return image.jpeg({ quality: 95, chromaSubsampling: "4:4:4" });
}

function tiff(image: Sharp, layout: Exclude<TiffLayout, "auto">): Sharp {
  return image.tiff({
    compression: "lzw",
    predictor: "horizontal",
    tile: layout !== "strips",
    bigtiff: layout === "bigtiff",
  });
}

async function loadSharp() {
  const { default: sharp } = await import("npm:sharp@0.35.5");
  // It would remember files by their paths, and answer with what stood there before.
  sharp.cache(false);
  return sharp;
}

/** Options of {@linkcode openPicture}. */
export interface OpenOptions {
  /** How many pixels the picture may have: a small file can unfold to any size. */
  readonly pixelLimit?: number;
  /** Bytes of samples that are decoded in memory; more take the way over a temporary file. */
  readonly inMemory?: number;
}

/** Bytes of a file that are kept; a larger one is read again for each size. */
const held = 2 ** 26;

/**
 * Opens the picture at an address.
 *
 * @throws {UserError} where it cannot be read, is no picture, or is damaged.
 */
export async function loadPicture(
  location: string,
  { signal, ...options }: OpenOptions & { readonly signal?: AbortSignal } = {},
): Promise<PictureFile> {
  const url = new URL(location);
  const large = url.protocol === "file:" && await Deno.stat(url).then(({ size }) => size > held, () => false);
  return await openPicture(large ? fileURLToPath(url) : await readAll(url, signal), url, options);
}

/**
 * Opens an encoded picture: any format that libvips reads. The EXIF orientation is applied, an ICC profile converted.
 *
 * @param source Its bytes, or the path of a file that is too large to hold.
 * @throws {UserError} where it is no picture, is damaged, or too large.
 */
export async function openPicture(
  source: Uint8Array | string,
  location: URL,
  { pixelLimit = Infinity, inMemory = 2 ** 28 }: OpenOptions = {},
): Promise<PictureFile> {
  const sharp = await loadSharp();
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
  // A truncated file is an error, the small sins of many cameras are not.
  const strictness = { failOn: "error", limitInputPixels: false } as const;

  const { width, height, autoOrient, orientation = 1, depth, hasAlpha, icc, channels } = await readable(() =>
    sharp(source, strictness).metadata()
  );
  if (width * height > pixelLimit) {
    throw new UserError(
      `Cannot read ${display(location)}: it has ${megapixels(width * height)} megapixels, more than ${
        megapixels(pixelLimit)
      }`,
      { hint: "raise decode.pixelLimit (--pixel-limit) if you trust it" },
    );
  }
  // Rows in their order need not be kept, unless the picture has to be turned.
  const open = () => sharp(source, { ...strictness, sequentialRead: orientation === 1 }).autoOrient();
  const deep = depth !== "uchar";
  // sharp takes 16 bits with a profile to Display P3, and no further unless it is told.
  const inSrgb = (image: Sharp) => deep && icc && channels >= 3 ? image.withIccProfile("srgb") : image;

  async function planes(image: Sharp, size: Size, count: number): Promise<Float32Array<ArrayBuffer>> {
    const { width, height } = size;
    const sized = inSrgb(image).resize(width, height, { fit: "fill" }).toColourspace(deep ? "rgb16" : "srgb");
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

  return {
    size: autoOrient,
    pixels: async (size) => ({ ...size, data: await planes(open().removeAlpha(), size, 3) }),
    alpha: async (size) => hasAlpha ? await planes(open(), size, 1) : undefined,
  };
}

interface Band {
  readonly top: number;
  readonly rows: number;
  /** Interleaved. */
  readonly samples: Uint8Array | Uint16Array;
}

/** The samples of a picture, top to bottom: at once, or where they are many in bands that come from a temporary file. */
async function* bands(
  sharp: SharpModule,
  image: Sharp,
  { width, height, deep, inMemory }: Size & { readonly deep: boolean; readonly inMemory: number },
): AsyncGenerator<Band> {
  const depth = deep ? "ushort" : "uchar";
  const samplesOf = async (part: Sharp) => {
    const bytes = await part.raw({ depth }).toBuffer();
    return deep ? new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2) : bytes;
  };
  const bytesPerRow = width * 4 * (deep ? 2 : 1);
  if (height * bytesPerRow <= inMemory) {
    yield { top: 0, rows: height, samples: await samplesOf(image) };
    return;
  }
  // libvips's own format: samples as they are, which it maps into memory to read a part.
  await using folder = await scratchFolder();
  const path = join(folder.path, "picture.v");
  await image.toFile(path);
  const most = Math.max(1, Math.floor(inMemory / 16 / bytesPerRow));
  for (let top = 0; top < height; top += most) {
    const rows = Math.min(most, height - top);
    const part = sharp(path, { limitInputPixels: false }).extract({ left: 0, top, width, height: rows });
    yield { top, rows, samples: await samplesOf(part.toColourspace(deep ? "rgb16" : "srgb")) };
  }
}

/**
 * Writes a picture to a path, whatever the path's own ending. Its planes go as they are to libvips, which takes them
 * through conversion and encoder piece by piece.
 */
export async function writePicture(path: string, picture: FinishedPicture, writing: Writing): Promise<void> {
  await (await encoderOf(picture, writing)).toFile(path);
}

/** The same in memory. */
export async function encodePicture(picture: FinishedPicture, writing: Writing): Promise<Uint8Array> {
  return await (await encoderOf(picture, writing)).toBuffer();
}

async function encoderOf(picture: FinishedPicture, { ending, depth, tiff, xmp }: Writing): Promise<Sharp> {
  const sharp = await loadSharp();
  const { width, height } = picture;
  const [first, ...rest] = opaqueEndings.has(ending) ? onWhite(picture) : planesOf(picture);
  const raw = { width, height, channels: 1 } as const;
  const image = sharp(first, { raw, limitInputPixels: false })
    .joinChannel(rest as unknown as Parameters<Sharp["joinChannel"]>[0], { raw, limitInputPixels: false });
  const bands = rest.length + 1;
  // libvips cuts off fractions.
  const [unit, half] = [depth === 16 ? 257 : 1, 0.5].map((number) => Array<number>(bands).fill(number));
  const levels = image.linear(unit, half).toColourspace(depth === 16 ? "rgb16" : "srgb");
  const layout = tiff === "auto" ? layoutFor(width * height, width * height * bands * depth / 8) : tiff;
  return writers[ending](levels.withXmp(xmp), layout);
}

/** The layout that suits a TIFF. */
export function layoutFor(pixels: number, bytes: number): Exclude<TiffLayout, "auto"> {
  if (bytes >= manyBytes) return "bigtiff";
  return pixels >= manyPixels ? "tiles" : "strips";
}

function planesOf({ width, height, data, alpha }: FinishedPicture): Float32Array[] {
  const area = width * height;
  const colours = [0, 1, 2].map((plane) => data.subarray(plane * area, (plane + 1) * area));
  return alpha ? [...colours, alpha] : colours;
}

function onWhite({ alpha, ...picture }: FinishedPicture): Float32Array[] {
  const planes = planesOf(picture);
  return alpha ? planes.map((plane) => plane.map((level, i) => 255 + (level - 255) * alpha[i] / 255)) : planes;
}

function megapixels(pixels: number): string {
  return String(Number((pixels / 1e6).toPrecision(4)));
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
 * @param name What an error calls them.
 * @throws {UserError} where they are no bytes, or do not fill the picture.
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

/**
 * The XMP packet of a picture, if it has one.
 *
 * @param source Its bytes, or the path of a file.
 */
export async function readXmp(source: Uint8Array | string): Promise<string | undefined> {
  const sharp = await loadSharp();
  // The header alone is read, whatever the size.
  return (await sharp(source, { limitInputPixels: false }).metadata()).xmpAsString;
}
