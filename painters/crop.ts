import { sizeOf } from "../graph/mod.ts";
import type { Region } from "../pictures/picture.ts";
import type { Plane } from "../pictures/plane.ts";

/** A part of planes, the last row and column of which repeat mirrored beyond the end. */
export function cropOf(
  { width, height, data }: Plane,
  region: Region,
  planes = data.length / (width * height),
): Float32Array {
  const crop = new Float32Array(planes * sizeOf([region.height, region.width]));
  const mirrored = (i: number, length: number) => i < length ? i : Math.max(0, 2 * length - 2 - i);
  const inside = Math.min(region.width, width - region.left);
  for (let plane = 0, to = 0; plane < planes; plane++) {
    for (let y = 0; y < region.height; y++, to += region.width) {
      const from = (plane * height + mirrored(region.top + y, height)) * width;
      crop.set(data.subarray(from + region.left, from + region.left + inside), to);
      for (let x = inside; x < region.width; x++) crop[to + x] = data[from + mirrored(region.left + x, width)];
    }
  }
  return crop;
}
