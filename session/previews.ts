import { UserError } from "../base/errors.ts";
import { type FinishedPicture, fitted } from "../pictures/picture.ts";
import { resample } from "../pictures/resample.ts";

/** Small pictures on the way. */
export interface PreviewOptions {
  /** One after so many steps each. */
  readonly every: number;
  /** Its longer side in pixels; 256 unless given. A smaller picture stays as it is. */
  readonly size?: number;
}

/** @throws {UserError} if one of the options is no whole number from 1. */
export function checkPreview({ every, size = 256 }: PreviewOptions): void {
  for (const [key, value] of Object.entries({ every, size })) {
    if (Number.isInteger(value) && value >= 1) continue;
    throw new UserError(
      `Cannot give previews: preview.${key} must be a whole number from 1: current value is ${value}`,
      {
        hint: "for example { every: 5, size: 256 }",
        exitCode: 2,
      },
    );
  }
}

/** A picture at the size of a preview. */
export function inSmall(picture: FinishedPicture, { size = 256 }: PreviewOptions): FinishedPicture {
  if (Math.max(picture.width, picture.height) <= size) return picture;
  const { data, alpha, density, name } = picture;
  const small = fitted(picture, size);
  const within = (planes: Float32Array) => planes.map((level) => Math.min(255, Math.max(0, level)));
  return {
    ...small,
    data: within(resample(data, 3, picture, small)),
    alpha: alpha && within(resample(alpha, 1, picture, small)),
    density,
    name,
  };
}
