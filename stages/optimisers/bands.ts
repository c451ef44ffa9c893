import type { Size } from "../picture.ts";
import { dot } from "./vectors.ts";

/** Octaves that are told apart; what is coarser counts with the last. */
const octaves = 6;

/** Side of the tiles that are told apart, in pixels. */
const side = 16;

/** What the mean of its band counts for in a tile, beside the tile's own sum. */
const prior = 0.1;

/**
 * The frequency bands of an image: a brightness and two colour differences, in octaves. Each band falls into bins, one
 * for each tile of the image. The change is orthonormal, so that lengths and inner products are those of the image
 * itself.
 */
export interface Bands {
  /**
   * The image [3, height, width] in bands.
   *
   * @param into Where they are written: the image itself, or another vector.
   */
  split(image: Float32Array, into?: Float32Array): Float32Array;
  /** The image of its bands, in their place. */
  joined(bands: Float32Array): Float32Array;
  /** Σ of the squares in each bin. */
  energies(bands: Float32Array): Float64Array;
  /** The same sums, less different from tile to tile: a tile by itself tells little. */
  smoothed(energies: Float64Array): Float64Array;
  /** Multiplies each bin by its factor. */
  scale(bands: Float32Array, factors: Float64Array): void;
}

/** Everything in one band. */
export const oneBand: Bands = {
  split(image, into = image) {
    if (into !== image) into.set(image);
    return into;
  },
  joined: (bands) => bands,
  energies: (bands) => Float64Array.of(dot(bands, bands)),
  smoothed: (sums) => sums,
  scale: (bands, [factor]) => bands.forEach((value, i) => bands[i] = factor * value),
};

const half = Math.SQRT1_2;

/** The bands of images of a size, by Daubechies's wavelets with four taps: the rest that an odd size leaves joins the coarser octave. */
export function bandsOf({ width, height }: Size): Bands {
  const area = width * height;
  const regions = [{ width, height }];
  while (regions.length <= octaves && (regions.at(-1)!.width > 1 || regions.at(-1)!.height > 1)) {
    const { width, height } = regions.at(-1)!;
    regions.push({ width: Math.ceil(width / 2), height: Math.ceil(height / 2) });
  }
  const scratch = new Float32Array(area);
  const line = new Float32Array(width);

  const grid = { columns: Math.ceil(width / side), rows: Math.ceil(height / side) };
  const tiles = grid.columns * grid.rows;

  /** Calls back with each run of neighbours that belong to one bin. */
  function eachRun(visit: (bin: number, start: number, end: number) => void): void {
    for (let plane = 0; plane < 3; plane++) {
      regions.forEach((region, level) => {
        // The last region is the means; of the others the first quarter holds the coarser octaves.
        const inner = regions[level + 1] ?? { width: 0, height: 0 };
        const pixels = 2 ** Math.min(level + 1, regions.length - 1);
        const step = Math.max(1, side / pixels);
        const tileOf = (at: number, count: number) => Math.min(count - 1, Math.floor(at * pixels / side));
        const first = (plane * regions.length + level) * tiles;
        for (let y = 0; y < region.height; y++) {
          const line = plane * area + y * width;
          const row = first + tileOf(y < inner.height ? y : y - inner.height, grid.rows) * grid.columns;
          const parts = y < inner.height ? [inner.width, region.width] : [0, inner.width, region.width];
          for (let part = 1; part < parts.length; part++) {
            for (let x = parts[part - 1]; x < parts[part]; x += step) {
              const bin = row + tileOf(x - parts[part - 1], grid.columns);
              visit(bin, line + x, line + Math.min(parts[part], x + step));
            }
          }
        }
      });
    }
  }

  return {
    split(image, into = new Float32Array(image.length)) {
      const bands = turned(image, area, opponent, into);
      for (let plane = 0; plane < 3; plane++) {
        const values = bands.subarray(plane * area, (plane + 1) * area);
        for (const region of regions.slice(0, -1)) analyse(values, width, region, scratch, line);
      }
      return bands;
    },
    joined(bands) {
      for (let plane = 0; plane < 3; plane++) {
        const values = bands.subarray(plane * area, (plane + 1) * area);
        for (const region of regions.slice(0, -1).toReversed()) synthesise(values, width, region, scratch, line);
      }
      return turned(bands, area, primary, bands);
    },
    energies(bands) {
      const sums = new Float64Array(3 * regions.length * tiles);
      eachRun((bin, start, end) => {
        let sum = 0;
        for (let i = start; i < end; i++) sum += bands[i] * bands[i];
        sums[bin] += sum;
      });
      return sums;
    },
    smoothed(sums) {
      const result = sums.slice();
      for (let start = 0; start < sums.length; start += tiles) {
        let total = 0;
        for (let i = start; i < start + tiles; i++) total += sums[i];
        for (let i = start; i < start + tiles; i++) result[i] += prior * total / tiles;
      }
      return result;
    },
    scale(bands, factors) {
      eachRun((bin, start, end) => {
        const factor = factors[bin];
        for (let i = start; i < end; i++) bands[i] *= factor;
      });
    },
  };
}

/** Rows of an orthonormal matrix: brightness, the difference of the outer channels, that of the inner one to them. */
const opponent = [
  [1 / Math.sqrt(3), 1 / Math.sqrt(3), 1 / Math.sqrt(3)],
  [half, 0, -half],
  [1 / Math.sqrt(6), -2 / Math.sqrt(6), 1 / Math.sqrt(6)],
];
const primary = [0, 1, 2].map((column) => opponent.map((row) => row[column]));

/** The product of a matrix with the colour of each pixel, written to `result`, which may be the planes themselves. */
function turned(
  planes: Float32Array,
  area: number,
  [a, b, c]: readonly (readonly number[])[],
  result: Float32Array,
): Float32Array {
  const [a0, a1, a2] = a, [b0, b1, b2] = b, [c0, c1, c2] = c;
  for (let i = 0; i < area; i++) {
    const x = planes[i], y = planes[area + i], z = planes[2 * area + i];
    result[i] = a0 * x + a1 * y + a2 * z;
    result[area + i] = b0 * x + b1 * y + b2 * z;
    result[2 * area + i] = c0 * x + c1 * y + c2 * z;
  }
  return result;
}

/** The lifting steps of Daubechies's wavelet with four taps (Daubechies and Sweldens 1998, section 7.5). */
const [first, second, third] = [Math.sqrt(3), Math.sqrt(3) / 4, (Math.sqrt(3) - 2) / 4];
const [low, high] = [(Math.sqrt(3) - 1) * half, (Math.sqrt(3) + 1) * half];

/** One octave of a region at the plane's first corner: its means go to the first quarter, its differences beside it. */
function analyse(
  plane: Float32Array,
  stride: number,
  { width, height }: Size,
  scratch: Float32Array,
  line: Float32Array,
) {
  for (let y = 0; y < height; y++) {
    const row = plane.subarray(y * stride, y * stride + width);
    forward(row, line, 1, 1);
    row.set(line.subarray(0, width));
  }
  for (let y = 0; y < height; y++) scratch.set(plane.subarray(y * stride, y * stride + width), y * width);
  forward(scratch.subarray(0, width * height), plane, width, stride);
}

/** The inverse of {@linkcode analyse}. */
function synthesise(
  plane: Float32Array,
  stride: number,
  { width, height }: Size,
  scratch: Float32Array,
  line: Float32Array,
) {
  for (let y = 0; y < height; y++) scratch.set(plane.subarray(y * stride, y * stride + width), y * width);
  backward(scratch.subarray(0, width * height), plane, width, stride);
  for (let y = 0; y < height; y++) {
    const row = plane.subarray(y * stride, y * stride + width);
    backward(row, line, 1, 1);
    row.set(line.subarray(0, width));
  }
}

/**
 * One octave of lines of `count` numbers side by side, which follow each other at `count`; they go to every `stride` of
 * `into`: first the means of the pairs (and the line that is left over), then the differences. The ends meet.
 */
function forward(from: Float32Array, into: Float32Array, count: number, stride: number): void {
  const lines = from.length / count;
  const pairs = Math.floor(lines / 2);
  const lows = lines - pairs;
  for (let k = 0; k < pairs; k++) {
    const [even, odd, s] = [2 * k * count, (2 * k + 1) * count, k * stride];
    for (let i = 0; i < count; i++) into[s + i] = from[even + i] + first * from[odd + i];
  }
  for (let k = 0; k < pairs; k++) {
    const [odd, s, before, d] = [
      (2 * k + 1) * count,
      k * stride,
      (k > 0 ? k - 1 : pairs - 1) * stride,
      (lows + k) * stride,
    ];
    for (let i = 0; i < count; i++) into[d + i] = from[odd + i] - second * into[s + i] - third * into[before + i];
  }
  for (let k = 0; k < pairs; k++) {
    const [s, after] = [k * stride, (lows + (k + 1) % pairs) * stride];
    for (let i = 0; i < count; i++) into[s + i] = low * (into[s + i] - into[after + i]);
  }
  for (let k = 0; k < pairs; k++) {
    const d = (lows + k) * stride;
    for (let i = 0; i < count; i++) into[d + i] *= high;
  }
  if (lows > pairs) {
    const [rest, s] = [(lines - 1) * count, pairs * stride];
    for (let i = 0; i < count; i++) into[s + i] = from[rest + i];
  }
}

/** The inverse of {@linkcode forward}; what it reads is overwritten. */
function backward(from: Float32Array, into: Float32Array, count: number, stride: number): void {
  const lines = from.length / count;
  const pairs = Math.floor(lines / 2);
  const lows = lines - pairs;
  for (let k = 0; k < pairs; k++) {
    const d = (lows + k) * count;
    for (let i = 0; i < count; i++) from[d + i] /= high;
  }
  for (let k = 0; k < pairs; k++) {
    const [s, after] = [k * count, (lows + (k + 1) % pairs) * count];
    for (let i = 0; i < count; i++) from[s + i] = from[s + i] / low + from[after + i];
  }
  for (let k = 0; k < pairs; k++) {
    const [odd, even, s, before, d] = [
      (2 * k + 1) * stride,
      2 * k * stride,
      k * count,
      (k > 0 ? k - 1 : pairs - 1) * count,
      (lows + k) * count,
    ];
    for (let i = 0; i < count; i++) {
      into[odd + i] = from[d + i] + second * from[s + i] + third * from[before + i];
      into[even + i] = from[s + i] - first * into[odd + i];
    }
  }
  if (lows > pairs) {
    const [s, rest] = [pairs * count, (lines - 1) * stride];
    for (let i = 0; i < count; i++) into[rest + i] = from[s + i];
  }
}
