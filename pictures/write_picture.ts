/**
 * Writes picture files: which formats, and how.
 *
 * @module
 */
import { type FinishedPicture, planesOf } from "./picture.ts";
import { loadSharp, type Sharp } from "./sharp.ts";
import { layoutFor, type TiffLayout } from "./tiff_layout.ts";

/** How a picture is written. */
export interface Writing {
  /** The file's ending, one of {@linkcode endings}. */
  readonly ending: string;
  /** Bits per sample; 16 for {@linkcode deepEndings} alone. */
  readonly depth: 8 | 16;
  /** The layout of a TIFF. */
  readonly tiff: TiffLayout;
  /** From 1 to 100, for {@linkcode lossyEndings}; high enough to hide all loss unless given. */
  readonly quality?: number;
  /** An XMP packet to embed. */
  readonly xmp: string;
}

/** What the encoders of some formats are told. */
interface Details {
  readonly layout: Exclude<TiffLayout, "auto">;
  readonly quality?: number;
}

/** The encoder of each file ending; a higher quality than these would not show. */
const writers: Readonly<Record<string, (image: Sharp, details: Details) => Sharp>> = {
  ".png": (image) => image.png(),
  ".jpg": jpeg,
  ".jpeg": jpeg,
  ".webp": (image, { quality = 95 }) => image.webp({ quality }),
  ".avif": (image, { quality = 80 }) => image.avif({ quality }),
  ".tif": tiff,
  ".tiff": tiff,
};

/** The file endings that can be written. */
export const endings: readonly string[] = Object.keys(writers);

/** The endings of formats that lose detail by their quality. */
export const lossyEndings: readonly string[] = [".jpg", ".jpeg", ".webp", ".avif"];

/** The endings of formats that hold 16 bits per sample. */
export const deepEndings: readonly string[] = [".png", ".tif", ".tiff"];

/** The longest side in pixels that a format can hold: WebP by its specification, AVIF by libheif's limits. */
export const longestSides: Readonly<Record<string, number>> = { ".webp": 16383, ".avif": 16384 };

/** Pixels per inch of what does not say: libvips would write 25.4, one to a millimetre. */
const usualDensity = 72;

/** The endings of JPEG, which has no opacity: the picture is blended onto white. */
const opaqueEndings = new Set([".jpg", ".jpeg"]);

function jpeg(image: Sharp, { quality = 95 }: Details): Sharp {
  return image.jpeg({ quality, chromaSubsampling: "4:4:4" });
}

function tiff(image: Sharp, { layout }: Details): Sharp {
  return image.tiff({
    compression: "lzw",
    predictor: "horizontal",
    tile: layout !== "strips",
    bigtiff: layout === "bigtiff",
  });
}

/**
 * Writes a picture to a path, whatever the path's own ending. libvips converts and encodes its planes in pieces, so
 * no copy of the whole is made.
 */
export async function writePicture(path: string, picture: FinishedPicture, writing: Writing): Promise<void> {
  await (await encoderOf(picture, writing)).toFile(path);
}

/** Encodes a picture in memory. */
export async function encodePicture(picture: FinishedPicture, writing: Writing): Promise<Uint8Array<ArrayBuffer>> {
  return await (await encoderOf(picture, writing)).toBuffer() as Uint8Array<ArrayBuffer>;
}

async function encoderOf(picture: FinishedPicture, { ending, depth, tiff, quality, xmp }: Writing): Promise<Sharp> {
  const sharp = await loadSharp();
  const { width, height, density = usualDensity } = picture;
  const [first, ...rest] = opaqueEndings.has(ending) ? onWhite(picture) : planesOf(picture);
  const raw = { width, height, channels: 1 } as const;
  const image = sharp(first, { raw, limitInputPixels: false })
    .joinChannel(rest as unknown as Parameters<Sharp["joinChannel"]>[0], { raw, limitInputPixels: false });
  const bands = rest.length + 1;
  // libvips cuts off fractions.
  const [unit, half] = [depth === 16 ? 257 : 1, 0.5].map((number) => Array<number>(bands).fill(number));
  const levels = image.linear(unit, half).toColourspace(depth === 16 ? "rgb16" : "srgb");
  const layout = tiff === "auto" ? layoutFor(width * height, width * height * bands * depth / 8) : tiff;
  return writers[ending](levels.withXmp(xmp).withDensity(density), { layout, quality });
}

function onWhite({ alpha, ...picture }: FinishedPicture): Float32Array[] {
  const planes = planesOf(picture);
  return alpha ? planes.map((plane) => plane.map((level, i) => 255 + (level - 255) * alpha[i] / 255)) : planes;
}
