import { UserError } from "../base/errors.ts";
import type { FinishedPicture } from "../pictures/picture.ts";
import { type FinishedSamples, rawPicture } from "../pictures/raw_picture.ts";
import { deepEndings, encodePicture, endings, lossyEndings } from "../pictures/write_picture.ts";
import { presetXmp } from "../presets/metadata.ts";
import { optionsOf, type ResolvedPreset } from "../presets/preset.ts";
import { encode } from "../stages/encode.ts";

/** How {@linkcode PaintedPicture.bytes} encodes. */
export interface BytesOptions {
  /** From 1 to 100, for `jpg`, `webp` and `avif`; high enough to hide all loss unless given. */
  readonly quality?: number;
}

/** A finished picture, and the ways out of memory. */
export interface PaintedPicture extends FinishedPicture {
  /**
   * The bytes of a picture file, with the preset that made it in its metadata.
   *
   * @param format `png` (unless given), `jpg`, `webp`, `avif` or `tif`, with or without a dot before it. The samples
   *   have as many bits as the preset's `encode.depth` says, if the format can hold them.
   * @throws {UserError} if the format is none of those, or the quality is no number that it takes.
   */
  bytes(format?: string, options?: BytesOptions): Promise<Uint8Array<ArrayBuffer>>;
  /** Its samples row by row, 3 of each pixel, or 4 if the content has opacity. */
  raw(): FinishedSamples;
}

/** A finished picture with the ways out of memory. */
export function painted(preset: ResolvedPreset, picture: FinishedPicture, interrupted: boolean): PaintedPicture {
  const { depth, tiff, quality: asked, metadata } = optionsOf(preset, encode) ??
    { depth: 8, tiff: "auto", quality: 0, metadata: true };
  return {
    ...picture,
    async bytes(format = "png", { quality } = {}) {
      const ending = endingOf(format);
      checkQuality(quality, ending);
      const fitting = deepEndings.includes(ending) ? depth : 8;
      const xmp = metadata ? presetXmp(preset, "", interrupted) : "";
      const way = { ending, depth: fitting, tiff, quality: quality ?? (asked || undefined), xmp };
      return await encodePicture(picture, way);
    },
    raw: () => rawPicture(picture),
  };
}

/** @throws {UserError} if a format is none that can be written. */
function endingOf(format: string): string {
  const ending = `.${String(format).replace(/^\./, "").toLowerCase()}`;
  if (endings.includes(ending)) return ending;
  throw new UserError(`"${format}" is no format that can be written`, {
    hint: `one of ${withoutDots(endings)}`,
    exitCode: 2,
  });
}

/** @throws {UserError} if a format does not take a quality. */
function checkQuality(quality: number | undefined, ending: string): void {
  if (quality === undefined) return;
  if (!lossyEndings.includes(ending)) {
    throw new UserError(`Cannot write ${withoutDots([ending])} with a quality: it loses nothing`, {
      hint: `${withoutDots(lossyEndings)} have a quality`,
      exitCode: 2,
    });
  }
  if (!(Number.isInteger(quality) && quality >= 1 && quality <= 100)) {
    throw new UserError(`Cannot write ${withoutDots([ending])} with the quality ${quality}`, {
      hint: "a whole number from 1 to 100",
      exitCode: 2,
    });
  }
}

function withoutDots(endings: readonly string[]): string {
  return endings.map((ending) => ending.slice(1)).join(", ");
}

/** The pictures so far of runs that failed, by their errors. */
const unfinished = new WeakMap<object, PaintedPicture>();

/**
 * The picture that a run had painted before it failed, whether or not it wrote files.
 *
 * @param error What `stylise` threw.
 * @returns undefined if there is none.
 */
export function pictureBefore(error: unknown): PaintedPicture | undefined {
  return typeof error === "object" && error ? unfinished.get(error) : undefined;
}

/** Notes the picture that a run had painted before it failed. */
export function notePictureBefore(error: unknown, picture: PaintedPicture): void {
  if (typeof error === "object" && error) unfinished.set(error, picture);
}
