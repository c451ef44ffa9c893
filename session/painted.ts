import { UserError } from "../base/errors.ts";
import type { FinishedPicture } from "../pictures/picture.ts";
import { type RawPicture, rawPicture } from "../pictures/raw_picture.ts";
import { deepEndings, encodePicture, endings } from "../pictures/write_picture.ts";
import { presetXmp } from "../presets/metadata.ts";
import { optionsOf, type ResolvedPreset } from "../presets/preset.ts";
import { encode } from "../stages/encode.ts";

/** A finished picture, and the ways out of memory. */
export interface PaintedPicture extends FinishedPicture {
  /**
   * The bytes of a picture file, with the preset that made it in its metadata.
   *
   * @param ending Of which format: `.png` (unless given), `.jpg`, `.webp`, `.avif` or `.tif`. The samples have as many
   *   bits as the preset's `encode.depth` says, if the format can hold them.
   * @throws {UserError} if the format is none of those.
   */
  bytes(ending?: string): Promise<Uint8Array>;
  /** Its samples row by row, 3 of each pixel, or 4 if the content has opacity. */
  raw(): RawPicture;
}

/** A finished picture with the ways out of memory. */
export function painted(preset: ResolvedPreset, picture: FinishedPicture, interrupted: boolean): PaintedPicture {
  const { depth, tiff, quality: asked, metadata } = optionsOf(preset, encode) ??
    { depth: 8, tiff: "auto", quality: 0, metadata: true };
  return {
    ...picture,
    async bytes(ending = ".png") {
      if (!endings.includes(ending)) {
        const hint = `one of ${endings.join(", ")}`;
        throw new UserError(`"${ending}" is no format that can be written`, { hint, exitCode: 2 });
      }
      const fitting = deepEndings.includes(ending) ? depth : 8;
      const xmp = metadata ? presetXmp(preset, "", interrupted) : "";
      return await encodePicture(picture, { ending, depth: fitting, tiff, quality: asked || undefined, xmp });
    },
    raw: () => rawPicture(picture),
  };
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
