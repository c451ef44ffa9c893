import type { Size } from "../../pictures/picture.ts";
import type { PictureFile } from "../../pictures/read_picture.ts";
import { resample } from "../../pictures/resample.ts";
import type { Frame } from "../../video/film.ts";

/** A frame in the place of a picture file. */
export function pictureOfFrame(frame: Frame): PictureFile {
  const { width, height, data, alpha } = frame;
  const isOwn = (size: Size) => size.width === width && size.height === height;
  const at = (planes: Float32Array, count: number, size: Size) =>
    isOwn(size) ? planes : within(resample(planes, count, frame, size));
  return {
    size: { width, height },
    digest: () => Promise.reject(new Error("A frame is no file")),
    pixels: async (size) => ({ width: size.width, height: size.height, data: at(data, 3, size) }),
    alpha: async (size) => alpha && at(alpha, 1, size),
  };
}

/** Levels in 0..255: a cubic goes beyond them. */
function within(levels: Float32Array): Float32Array {
  for (let i = 0; i < levels.length; i++) levels[i] = Math.min(255, Math.max(0, levels[i]));
  return levels;
}
