import type { Picture, Size } from "./picture.ts";

/** A flat picture that is stored well has fewer bytes than this, or than one for so many of its pixels. */
const [fewBytes, pixelsPerByte] = [2 ** 14, 50];

/**
 * Words for a picture of one colour whose file is too large for that: more was stored than was read.
 *
 * @param size The size that is stored.
 * @param bytes The size of its file.
 */
export function suspectlyFlat({ data, width, height }: Picture, size: Size, bytes: number): string | undefined {
  if (bytes < Math.max(fewBytes, size.width * size.height / pixelsPerByte)) return undefined;
  const area = width * height;
  const colour = [0, 1, 2].map((plane) => data[plane * area]);
  if (data.some((level, i) => Math.abs(level - colour[Math.floor(i / area)]) > 0.5)) return undefined;
  return `all of it is one colour, rgb(${colour.map(Math.round).join(", ")}), although the file is not small`;
}
