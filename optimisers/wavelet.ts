import type { Size } from "../pictures/picture.ts";

/** The low-pass filter of Daubechies's wavelet with eight taps (Daubechies 1988, table 1, N = 4). */
const [h0, h1, h2, h3, h4, h5, h6, h7] = [
  0.23037781330885523,
  0.71484657055254153,
  0.63088076792959036,
  -0.02798376941698385,
  -0.18703481171888114,
  0.03084138183598697,
  0.03288301166698295,
  -0.01059740178499728,
];
const taps = [0, 1, 2, 3, 4, 5, 6, 7];
/** Pairs of lines that a filter spans. */
const span = taps.length / 2;

/** An orthonormal wavelet transform of planes, one octave at a time. */
interface Wavelet {
  /**
   * Transforms a region at the top left of a plane by one octave, in place: the means go to its first quarter, the
   * differences to the others. The last line of an odd size joins the means.
   */
  analyse(plane: Float32Array, region: Size): void;
  /** The inverse of {@linkcode analyse}. */
  synthesise(plane: Float32Array, region: Size): void;
}

/** The transform of planes of a size; it holds a second plane to work with. */
export function waveletOf({ width: stride, height }: Size): Wavelet {
  const copy = new Float32Array(stride * height);
  const line = new Float32Array(stride + taps.length);

  /** Copies a region, so that the result may overwrite it. */
  const copied = (plane: Float32Array, { width, height }: Size) => {
    for (let y = 0; y < height; y++) copy.set(plane.subarray(y * stride, y * stride + width), y * width);
  };

  return {
    analyse(plane, { width, height }) {
      const across = halved(width);
      for (let start = 0; start < height * stride; start += stride) {
        line.set(plane.subarray(start, start + width));
        const rest = line[width - 1];
        // Periodic at the border.
        for (let i = 0; i < taps.length; i++) line[2 * across.pairs + i] = plane[start + i % (2 * across.pairs || 1)];
        forward(line, taps, 2, plane, start, start + across.lows, across.pairs);
        if (across.lows > across.pairs) plane[start + across.pairs] = rest;
      }
      copied(plane, { width, height });
      const { pairs, lows } = halved(height);
      for (let k = 0; k < pairs; k++) {
        const lines = taps.map((tap) => (2 * k + tap) % (2 * pairs) * width);
        forward(copy, lines, 1, plane, k * stride, (lows + k) * stride, width);
      }
      if (lows > pairs) plane.set(copy.subarray((height - 1) * width, height * width), pairs * stride);
    },
    synthesise(plane, { width, height }) {
      copied(plane, { width, height });
      const { pairs, lows } = halved(height);
      for (let k = 0; k < pairs; k++) {
        const lines = taps.slice(0, span).map((back) => (k - back + span * pairs) % pairs * width);
        const differences = lines.map((line) => lows * width + line);
        backward(copy, [...lines, ...differences], plane, 2 * k * stride, (2 * k + 1) * stride, 1, width);
      }
      if (lows > pairs) plane.set(copy.subarray(pairs * width, lows * width), (height - 1) * stride);

      const across = halved(width);
      const before = span - 1;
      const starts = [0, across.pairs + before].flatMap((part) => [3, 2, 1, 0].map((back) => part + back));
      for (let start = 0; start < height * stride; start += stride) {
        const rest = plane[start + across.pairs];
        [start, start + across.lows].forEach((from, part) => {
          const into = part * (across.pairs + before);
          for (let i = 0; i < before; i++) {
            line[into + i] = plane[from + (i - before + span * across.pairs) % (across.pairs || 1)];
          }
          line.set(plane.subarray(from, from + across.pairs), into + before);
        });
        backward(line, starts, plane, start, start + 1, 2, across.pairs);
        if (across.lows > across.pairs) plane[start + width - 1] = rest;
      }
    },
  };
}

function halved(lines: number): { readonly pairs: number; readonly lows: number } {
  const pairs = Math.floor(lines / 2);
  return { pairs, lows: lines - pairs };
}

/** Filters `count` groups of eight numbers, one at each of eight places; each group lies `hop` after the last. */
function forward(
  from: Float32Array,
  [r0, r1, r2, r3, r4, r5, r6, r7]: readonly number[],
  hop: number,
  into: Float32Array,
  low: number,
  high: number,
  count: number,
): void {
  for (let i = 0, at = 0; i < count; i++, at += hop) {
    const x0 = from[r0 + at], x1 = from[r1 + at], x2 = from[r2 + at], x3 = from[r3 + at];
    const x4 = from[r4 + at], x5 = from[r5 + at], x6 = from[r6 + at], x7 = from[r7 + at];
    into[low + i] = h0 * x0 + h1 * x1 + h2 * x2 + h3 * x3 + h4 * x4 + h5 * x5 + h6 * x6 + h7 * x7;
    into[high + i] = h7 * x0 - h6 * x1 + h5 * x2 - h4 * x3 + h3 * x4 - h2 * x5 + h1 * x6 - h0 * x7;
  }
}

/** The inverse of {@linkcode forward}: `count` times two numbers from four means and four differences. */
function backward(
  from: Float32Array,
  [r0, r1, r2, r3, r4, r5, r6, r7]: readonly number[],
  into: Float32Array,
  even: number,
  odd: number,
  hop: number,
  count: number,
): void {
  for (let i = 0, at = 0; i < count; i++, at += hop) {
    const a0 = from[r0 + i], a1 = from[r1 + i], a2 = from[r2 + i], a3 = from[r3 + i];
    const d0 = from[r4 + i], d1 = from[r5 + i], d2 = from[r6 + i], d3 = from[r7 + i];
    into[even + at] = h0 * a0 + h2 * a1 + h4 * a2 + h6 * a3 + h7 * d0 + h5 * d1 + h3 * d2 + h1 * d3;
    into[odd + at] = h1 * a0 + h3 * a1 + h5 * a2 + h7 * a3 - h6 * d0 - h4 * d1 - h2 * d2 - h0 * d3;
  }
}
