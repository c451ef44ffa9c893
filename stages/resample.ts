import type { Size } from "./picture.ts";

/**
 * Resizes planes [planes, height, width] with the cubic of Catmull and Rom (Keys 1981, a = −1/2), widened by the factor
 * of a reduction so that nothing aliases. Borders repeat.
 */
export function resample(data: Float32Array, planes: number, from: Size, to: Size): Float32Array<ArrayBuffer> {
  const rows = planes * from.height;
  const horizontal = resampleRows(data, rows, from.width, to.width);
  const turned = transposePlanes(horizontal, planes, from.height, to.width);
  const vertical = resampleRows(turned, planes * to.width, from.height, to.height);
  return transposePlanes(vertical, planes, to.width, to.height);
}

function resampleRows(data: Float32Array, rows: number, from: number, to: number): Float32Array<ArrayBuffer> {
  const scale = from / to;
  const reach = 2 * Math.max(1, scale);
  const taps = Array.from({ length: to }, (_, i) => {
    const centre = (i + 0.5) * scale - 0.5;
    const first = Math.ceil(centre - reach);
    const weights = Array.from(
      { length: Math.floor(centre + reach) - first + 1 },
      (_, k) => keys((first + k - centre) * 2 / reach),
    );
    const total = weights.reduce((sum, w) => sum + w, 0);
    return weights.map((weight, k) => ({ index: Math.min(from - 1, Math.max(0, first + k)), weight: weight / total }));
  });
  const result = new Float32Array(rows * to);
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < to; i++) {
      let sum = 0;
      for (const { index, weight } of taps[i]) sum += weight * data[row * from + index];
      result[row * to + i] = sum;
    }
  }
  return result;
}

/** Keys's cubic convolution kernel with a = −1/2. */
function keys(x: number): number {
  const d = Math.abs(x);
  if (d < 1) return 1.5 * d ** 3 - 2.5 * d ** 2 + 1;
  return d < 2 ? -0.5 * d ** 3 + 2.5 * d ** 2 - 4 * d + 2 : 0;
}

function transposePlanes(data: Float32Array, planes: number, height: number, width: number): Float32Array<ArrayBuffer> {
  const result = new Float32Array(data.length);
  for (let plane = 0; plane < planes; plane++) {
    const base = plane * height * width;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) result[base + x * height + y] = data[base + y * width + x];
    }
  }
  return result;
}
