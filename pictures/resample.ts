import type { Size } from "./picture.ts";

/**
 * Resizes planes [planes, height, width] with the cubic of Catmull and Rom (Keys 1981, a = −1/2), widened by the factor
 * of a reduction so that nothing aliases. Borders repeat.
 */
export function resample(data: Float32Array, planes: number, from: Size, to: Size): Float32Array<ArrayBuffer> {
  const result = new Float32Array(planes * to.height * to.width);
  const [columns, rows] = [tapsOf(from.width, to.width), tapsOf(from.height, to.height)];
  // All planes use the same buffers: those of a large picture would wait long for the garbage collector.
  const between = new Float32Array(from.height * to.width);
  const turned = new Float32Array(from.height * to.width);
  const vertical = new Float32Array(to.height * to.width);
  for (let plane = 0; plane < planes; plane++) {
    const [start, end] = [plane, plane + 1].map((count) => count * from.height * from.width);
    resampleRows(data.subarray(start, end), from.width, columns, between);
    transpose(between, from.height, to.width, turned);
    resampleRows(turned, from.height, rows, vertical);
    const [into, beyond] = [plane, plane + 1].map((count) => count * to.height * to.width);
    transpose(vertical, to.width, to.height, result.subarray(into, beyond));
  }
  return result;
}

/** The old elements of which each new one of a line is the weighted sum. */
type Taps = readonly (readonly { readonly index: number; readonly weight: number }[])[];

function tapsOf(from: number, to: number): Taps {
  const scale = from / to;
  const reach = 2 * Math.max(1, scale);
  return Array.from({ length: to }, (_, i) => {
    const centre = (i + 0.5) * scale - 0.5;
    const first = Math.ceil(centre - reach);
    const weights = Array.from(
      { length: Math.floor(centre + reach) - first + 1 },
      (_, k) => keys((first + k - centre) * 2 / reach),
    );
    const total = weights.reduce((sum, w) => sum + w, 0);
    return weights.map((weight, k) => ({ index: Math.min(from - 1, Math.max(0, first + k)), weight: weight / total }));
  });
}

/** Resizes each row of `length` elements. */
function resampleRows(data: Float32Array, length: number, taps: Taps, into: Float32Array): void {
  for (let start = 0, at = 0; start < data.length; start += length) {
    for (let i = 0; i < taps.length; i++, at++) {
      let sum = 0;
      for (const { index, weight } of taps[i]) sum += weight * data[start + index];
      into[at] = sum;
    }
  }
}

/** Keys's cubic convolution kernel with a = −1/2. */
function keys(x: number): number {
  const d = Math.abs(x);
  if (d < 1) return 1.5 * d ** 3 - 2.5 * d ** 2 + 1;
  return d < 2 ? -0.5 * d ** 3 + 2.5 * d ** 2 - 4 * d + 2 : 0;
}

function transpose(data: Float32Array, height: number, width: number, into: Float32Array): void {
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) into[x * height + y] = data[y * width + x];
  }
}
