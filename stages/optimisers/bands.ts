import type { Size } from "../picture.ts";
import { dot } from "./vectors.ts";

/** Octaves that are told apart; what is coarser counts with the last. */
const octaves = 6;

/**
 * The frequency bands of an image: a brightness and two colour differences, in octaves. The change is orthonormal, so
 * that lengths and inner products are those of the image itself.
 */
export interface Bands {
  /** The image [3, height, width] in bands. */
  split(image: Float32Array): Float32Array;
  /** The image of its bands, which are overwritten. */
  joined(bands: Float32Array): Float32Array;
  /** Σ of the squares in each band. */
  energies(bands: Float32Array): Float64Array;
  /** Multiplies each band by its factor. */
  scale(bands: Float32Array, factors: Float64Array): void;
}

/** Everything in one band. */
export const oneBand: Bands = {
  split: (image) => image.slice(),
  joined: (bands) => bands,
  energies: (bands) => Float64Array.of(dot(bands, bands)),
  scale: (bands, [factor]) => bands.forEach((value, i) => bands[i] = factor * value),
};

const half = Math.SQRT1_2;

/** The bands of images of a size, by Haar's wavelets: the rest that an odd size leaves joins the coarser octave. */
export function bandsOf({ width, height }: Size): Bands {
  const area = width * height;
  const regions = [{ width, height }];
  while (regions.length <= octaves && (regions.at(-1)!.width > 1 || regions.at(-1)!.height > 1)) {
    const { width, height } = regions.at(-1)!;
    regions.push({ width: Math.ceil(width / 2), height: Math.ceil(height / 2) });
  }
  const scratch = new Float32Array(area);
  const lines = new Float32Array(2 * width);

  /** Calls back with each run of neighbours that belong to one band. */
  function eachRun(visit: (band: number, start: number, end: number) => void): void {
    for (let plane = 0; plane < 3; plane++) {
      regions.forEach((region, level) => {
        const inner = regions[level + 1] ?? { width: 0, height: 0 };
        const band = plane * regions.length + level;
        for (let y = 0; y < region.height; y++) {
          const line = plane * area + y * width;
          visit(band, line + (y < inner.height ? inner.width : 0), line + region.width);
        }
      });
    }
  }

  return {
    split(image) {
      const bands = turned(image, area, opponent);
      for (let plane = 0; plane < 3; plane++) {
        const values = bands.subarray(plane * area, (plane + 1) * area);
        for (const region of regions.slice(0, -1)) analyse(values, width, region, scratch, lines);
      }
      return bands;
    },
    joined(bands) {
      for (let plane = 0; plane < 3; plane++) {
        const values = bands.subarray(plane * area, (plane + 1) * area);
        for (const region of regions.slice(0, -1).toReversed()) synthesise(values, width, region, scratch, lines);
      }
      return turned(bands, area, primary);
    },
    energies(bands) {
      const sums = new Float64Array(3 * regions.length);
      eachRun((band, start, end) => {
        let sum = 0;
        for (let i = start; i < end; i++) sum += bands[i] * bands[i];
        sums[band] += sum;
      });
      return sums;
    },
    scale(bands, factors) {
      eachRun((band, start, end) => {
        const factor = factors[band];
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

function turned(planes: Float32Array, area: number, [a, b, c]: readonly (readonly number[])[]): Float32Array {
  const result = new Float32Array(planes.length);
  const [a0, a1, a2] = a, [b0, b1, b2] = b, [c0, c1, c2] = c;
  for (let i = 0; i < area; i++) {
    const x = planes[i], y = planes[area + i], z = planes[2 * area + i];
    result[i] = a0 * x + a1 * y + a2 * z;
    result[area + i] = b0 * x + b1 * y + b2 * z;
    result[2 * area + i] = c0 * x + c1 * y + c2 * z;
  }
  return result;
}

/** One octave of a region at the plane's first corner: its means go to the first quarter, its differences beside it. */
function analyse(
  plane: Float32Array,
  stride: number,
  { width, height }: Size,
  scratch: Float32Array,
  lines: Float32Array,
) {
  const [lows, pairs] = [Math.ceil(height / 2), Math.floor(height / 2)];
  const [upper, lower] = [lines.subarray(0, width), lines.subarray(width, 2 * width)];
  for (let y = 0; y < pairs; y++) {
    halve(plane, 2 * y * stride, upper);
    halve(plane, (2 * y + 1) * stride, lower);
    const [low, high] = [y * width, (lows + y) * width];
    for (let x = 0; x < width; x++) {
      scratch[low + x] = (upper[x] + lower[x]) * half;
      scratch[high + x] = (upper[x] - lower[x]) * half;
    }
  }
  if (lows > pairs) halve(plane, (height - 1) * stride, scratch.subarray(pairs * width, lows * width));
  for (let y = 0; y < height; y++) plane.set(scratch.subarray(y * width, (y + 1) * width), y * stride);
}

/** The inverse of {@linkcode analyse}. */
function synthesise(
  plane: Float32Array,
  stride: number,
  { width, height }: Size,
  scratch: Float32Array,
  lines: Float32Array,
) {
  const [lows, pairs] = [Math.ceil(height / 2), Math.floor(height / 2)];
  const [upper, lower] = [lines.subarray(0, width), lines.subarray(width, 2 * width)];
  for (let y = 0; y < height; y++) scratch.set(plane.subarray(y * stride, y * stride + width), y * width);
  for (let y = 0; y < pairs; y++) {
    const [low, high] = [y * width, (lows + y) * width];
    for (let x = 0; x < width; x++) {
      upper[x] = (scratch[low + x] + scratch[high + x]) * half;
      lower[x] = (scratch[low + x] - scratch[high + x]) * half;
    }
    double(upper, plane, 2 * y * stride);
    double(lower, plane, (2 * y + 1) * stride);
  }
  if (lows > pairs) double(scratch.subarray(pairs * width, lows * width), plane, (height - 1) * stride);
}

/** Means, then differences of the pairs of a line. */
function halve(from: Float32Array, start: number, line: Float32Array): void {
  const lows = Math.ceil(line.length / 2);
  const pairs = Math.floor(line.length / 2);
  for (let i = 0; i < pairs; i++) {
    const a = from[start + 2 * i], b = from[start + 2 * i + 1];
    line[i] = (a + b) * half;
    line[lows + i] = (a - b) * half;
  }
  if (lows > pairs) line[pairs] = from[start + line.length - 1];
}

/** The inverse of {@linkcode halve}. */
function double(line: Float32Array, into: Float32Array, start: number): void {
  const lows = Math.ceil(line.length / 2);
  const pairs = Math.floor(line.length / 2);
  for (let i = 0; i < pairs; i++) {
    const mean = line[i], difference = line[lows + i];
    into[start + 2 * i] = (mean + difference) * half;
    into[start + 2 * i + 1] = (mean - difference) * half;
  }
  if (lows > pairs) into[start + line.length - 1] = line[pairs];
}
