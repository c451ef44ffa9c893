import type { Size } from "../pictures/picture.ts";
import { entries, geometricMeans, productTrace } from "./geometric_mean.ts";
import { dot } from "./vectors.ts";
import { waveletOf } from "./wavelet.ts";

/** Number of octaves; all that is coarser is one band. */
const octaves = 6;

/** Least side of a tile, in pixels of the image, and in coefficients of a band. */
const [leastPixels, leastNumbers] = [16, 4];

/** Most tiles along a side: they have to be few beside the pixels. */
const mostTiles = 64;

/** Weight of the mean over a band beside a tile's own sums. */
const prior = 0.1;

/**
 * The frequency bands of an image: octaves in three orientations, each falling into bins, one for each tile of the image.
 * The transform is orthonormal: norms and inner products are those of the image itself.
 */
export interface Bands {
  /**
   * Transforms an image [3, height, width] into bands.
   *
   * @param into The vector to write them to, which may be the image itself; a new one unless given.
   */
  split(image: Float32Array, into?: Float32Array): Float32Array;
  /** Transforms bands back into their image, in place. */
  joined(bands: Float32Array): Float32Array;
  /** The second moments of the three colours in each bin: the upper triangle of Σ b bᵀ. */
  moments(bands: Float32Array): Float64Array;
  /** The matrix of each bin that turns gradient changes into steps, up to one common factor; from the moments of both. */
  conversions(steps: Float64Array, changes: Float64Array): Float64Array;
  /** The inner product of the converted b with b, from the moments of b. */
  converted(conversions: Float64Array, moments: Float64Array): number;
  /** Applies the conversions of all bins, times a factor. */
  convert(bands: Float32Array, conversions: Float64Array, factor: number): void;
}

/** The bands of a mere list of numbers: all of it in one bin. */
export const oneBand: Bands = {
  split(image, into = image) {
    if (into !== image) into.set(image);
    return into;
  },
  joined: (bands) => bands,
  moments: (bands) => Float64Array.of(dot(bands, bands)),
  conversions: () => Float64Array.of(1),
  converted: (_, [energy]) => energy,
  convert: (bands, _, factor) => bands.forEach((value, i) => bands[i] = factor * value),
};

/** A rectangle of the transformed planes. */
interface Band extends Size {
  readonly x: number;
  readonly y: number;
  /** Side of its tiles, in coefficients. */
  readonly side: number;
  readonly columns: number;
  /** Its first bin. */
  readonly first: number;
  /** Number of its bins. */
  readonly count: number;
}

/** The bands of images of a size. The last line of an odd size joins the coarser octave. */
export function bandsOf({ width, height }: Size): Bands {
  const area = width * height;
  const regions = [{ width, height }];
  while (regions.length <= octaves && (regions.at(-1)!.width > 1 || regions.at(-1)!.height > 1)) {
    const { width, height } = regions.at(-1)!;
    regions.push({ width: Math.ceil(width / 2), height: Math.ceil(height / 2) });
  }
  const bands = bandsIn(regions);
  const bins = bands.at(-1)!.first + bands.at(-1)!.count;
  const wavelet = waveletOf({ width, height });

  /** Calls back with each run of neighbouring coefficients of the first colour that belong to one bin. */
  function eachRun(visit: (bin: number, start: number, end: number) => void): void {
    for (const { x, y, width: length, height: lines, side, columns, first } of bands) {
      for (let line = 0; line < lines; line++) {
        const start = (y + line) * width + x;
        const bin = first + Math.floor(line / side) * columns;
        for (let at = 0, column = 0; at < length; at += side, column++) {
          visit(bin + column, start + at, start + Math.min(length, at + side));
        }
      }
    }
  }

  return {
    split(image, into = new Float32Array(image.length)) {
      if (into !== image) into.set(image);
      for (let plane = 0; plane < into.length; plane += area) {
        const values = into.subarray(plane, plane + area);
        for (const region of regions.slice(0, -1)) wavelet.analyse(values, region);
      }
      return into;
    },
    joined(bands) {
      for (let plane = 0; plane < bands.length; plane += area) {
        const values = bands.subarray(plane, plane + area);
        for (const region of regions.slice(0, -1).toReversed()) wavelet.synthesise(values, region);
      }
      return bands;
    },
    moments(bands) {
      const sums = new Float64Array(entries * bins);
      eachRun((bin, start, end) => {
        let xx = 0, xy = 0, xz = 0, yy = 0, yz = 0, zz = 0;
        for (let i = start; i < end; i++) {
          const x = bands[i], y = bands[area + i], z = bands[2 * area + i];
          xx += x * x;
          xy += x * y;
          xz += x * z;
          yy += y * y;
          yz += y * z;
          zz += z * z;
        }
        const at = entries * bin;
        sums[at] += xx;
        sums[at + 1] += xy;
        sums[at + 2] += xz;
        sums[at + 3] += yy;
        sums[at + 4] += yz;
        sums[at + 5] += zz;
      });
      return sums;
    },
    conversions: (steps, changes) => geometricMeans(smoothed(steps, bands), smoothed(changes, bands)),
    converted: productTrace,
    convert(bands, conversions, factor) {
      eachRun((bin, start, end) => {
        const at = entries * bin;
        const xx = factor * conversions[at], xy = factor * conversions[at + 1], xz = factor * conversions[at + 2];
        const yy = factor * conversions[at + 3], yz = factor * conversions[at + 4], zz = factor * conversions[at + 5];
        for (let i = start; i < end; i++) {
          const x = bands[i], y = bands[area + i], z = bands[2 * area + i];
          bands[i] = xx * x + xy * y + xz * z;
          bands[area + i] = xy * x + yy * y + yz * z;
          bands[2 * area + i] = xz * x + yz * y + zz * z;
        }
      });
    },
  };
}

/** The bands of regions that each hold the next in their first quarter; the last one is the means. */
function bandsIn(regions: readonly Size[]): Band[] {
  const [{ width, height }] = regions;
  const pixels = Math.max(leastPixels, Math.max(width, height) / mostTiles);
  const bands: Band[] = [];
  const add = (level: number, rectangle: Omit<Band, "side" | "columns" | "first" | "count">) => {
    if (rectangle.width === 0 || rectangle.height === 0) return;
    const side = Math.max(leastNumbers, Math.ceil(pixels / 2 ** level));
    const columns = Math.ceil(rectangle.width / side);
    const first = (bands.at(-1)?.first ?? 0) + (bands.at(-1)?.count ?? 0);
    bands.push({ ...rectangle, side, columns, first, count: columns * Math.ceil(rectangle.height / side) });
  };
  regions.slice(1).forEach((inner, i) => {
    const { width, height } = regions[i];
    add(i + 1, { x: inner.width, y: 0, width: width - inner.width, height: inner.height });
    add(i + 1, { x: 0, y: inner.height, width: inner.width, height: height - inner.height });
    add(i + 1, { x: inner.width, y: inner.height, width: width - inner.width, height: height - inner.height });
  });
  add(regions.length - 1, { x: 0, y: 0, ...regions.at(-1)! });
  return bands;
}

/** The sums with a share of their band's mean added: a tile by itself tells little. */
function smoothed(sums: Float64Array, bands: readonly Band[]): Float64Array {
  const result = sums.slice();
  for (const { first, count } of bands) {
    const [start, end] = [entries * first, entries * (first + count)];
    for (let entry = 0; entry < entries; entry++) {
      let total = 0;
      for (let i = start + entry; i < end; i += entries) total += sums[i];
      for (let i = start + entry; i < end; i += entries) result[i] += prior * total / count;
    }
  }
  return result;
}
