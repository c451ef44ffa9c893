import { UserError } from "../../base/errors.ts";
import type { Size } from "../../pictures/picture.ts";
import type { ReadingOptions } from "./options.ts";

/** The error of a file that cannot be read as a film. */
export function noFilm(path: string, reason: string, cause?: unknown): UserError {
  return new UserError(`Cannot read ${path} as a film: ${reason}`, {
    code: "film-unreadable",
    hint: "an MP4, MOV, WebM, Matroska, GIF or animated WebP, or a folder of numbered pictures",
    cause,
  });
}

/** @throws {UserError} if frames are larger than the limit. */
export function checkPixels(path: string, { width, height }: Size, { pixelLimit }: Pick<ReadingOptions, "pixelLimit">) {
  if (width * height <= pixelLimit) return;
  const megapixels = (pixels: number) => String(Number((pixels / 1e6).toPrecision(4)));
  throw new UserError(
    `Cannot read ${path}: its frames have ${megapixels(width * height)} megapixels, more than ${
      megapixels(pixelLimit)
    }`,
    { hint: "make it smaller first", code: "film-unreadable" },
  );
}
