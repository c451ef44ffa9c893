import { UserError } from "../../base/errors.ts";
import { rawPicture } from "../../pictures/raw_picture.ts";
import type { FinishedPicture } from "../../pictures/picture.ts";
import { loadSharp } from "../../pictures/sharp.ts";
import { longerSide } from "../../pictures/picture.ts";

/** The formats, as sharp calls them, that may be handed over: those with pixels, and none that runs anything. */
const formats: readonly string[] = ["jpeg", "png", "webp", "heif", "tiff", "gif"];

/** What the header of a picture says. */
export interface Header {
  readonly width: number;
  readonly height: number;
  /** Its XMP packet, if it has one. */
  readonly xmp?: string;
}

/**
 * Reads the header of a picture; not one pixel is decoded.
 *
 * @throws {UserError} if it is no picture, or a drawing.
 */
export async function headerOf(path: string): Promise<Header> {
  const sharp = await loadSharp();
  const found = await sharp(path, { limitInputPixels: false }).metadata().catch(() => undefined);
  if (!found || !formats.includes(found.format)) {
    const what = found?.format === "svg" ? "an SVG is a drawing that may hold programs" : "it is no picture";
    throw new UserError(`Cannot take this file: ${what}`, { hint: "a JPEG, PNG, WebP, AVIF or TIFF is taken" });
  }
  const { width, height } = found.autoOrient;
  return { width, height, xmp: found.xmp && new TextDecoder().decode(found.xmp) };
}

/**
 * A picture file, painted anew for the page: upright, in sRGB, without its metadata, never as it came.
 *
 * @param side The longer side that suffices.
 */
export async function shownFile(
  source: string | Uint8Array,
  side: number,
  { grey = false, pixels = 268e6 }: { readonly grey?: boolean; readonly pixels?: number } = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const sharp = await loadSharp();
  const image = sharp(source, { limitInputPixels: pixels, failOn: "error" })
    .autoOrient()
    .resize(side, side, { fit: "inside", withoutEnlargement: true });
  const shown = grey
    ? image.flatten({ background: "black" }).greyscale().png()
    : image.flatten({ background: "white" }).toColourspace("srgb").jpeg({ quality: 88 });
  return await shown.toBuffer() as Uint8Array<ArrayBuffer>;
}

/** A picture in memory as a JPEG for the page. */
export async function shownPicture(picture: FinishedPicture, side: number): Promise<Uint8Array<ArrayBuffer>> {
  const sharp = await loadSharp();
  const { width, height, data, channels } = rawPicture(picture);
  const image = sharp(data, { raw: { width, height, channels } });
  const sized = longerSide(picture) > side ? image.resize(side, side, { fit: "inside" }) : image;
  return await sized.flatten({ background: "white" }).jpeg({ quality: 88 }).toBuffer() as Uint8Array<ArrayBuffer>;
}
