import type { Size } from "./picture.ts";

/** One number per pixel of a picture. */
export interface Plane extends Size {
  /** [height, width]. */
  readonly data: Float32Array;
}

/**
 * A plane at another size: each new pixel is the mean of the area that it covers, so the mean of the whole stays the
 * same.
 */
export function averaged({ width, height, data }: Plane, to: Size): Plane {
  if (width === to.width && height === to.height) return { width, height, data };
  const [columns, rows] = [covers(width, to.width), covers(height, to.height)];
  const result = new Float32Array(to.width * to.height);
  rows.forEach((down, y) =>
    columns.forEach((across, x) => {
      let sum = 0;
      for (const { index: row, weight } of down) {
        for (const { index, weight: share } of across) sum += weight * share * data[row * width + index];
      }
      result[y * to.width + x] = sum;
    })
  );
  return { ...to, data: result };
}

/** The mean of a plane. */
export function meanOf({ data }: Plane): number {
  return data.reduce((sum, value) => sum + value, 0) / data.length;
}

/** For each of `to` equal parts of a line of `from` elements: the elements that it covers, with weights of sum 1. */
function covers(from: number, to: number): { index: number; weight: number }[][] {
  const size = from / to;
  return Array.from({ length: to }, (_, i) => {
    const [start, end] = [i * size, (i + 1) * size];
    const first = Math.floor(start);
    return Array.from({ length: Math.min(from, Math.ceil(end)) - first }, (_, k) => ({
      index: first + k,
      weight: (Math.min(end, first + k + 1) - Math.max(start, first + k)) / size,
    }));
  });
}
