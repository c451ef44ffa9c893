/**
 * Grain for a painter: noise that is laid over the photograph before it is painted. A painter makes the same of the same;
 * of an even sky it would make nothing, or strokes as regular as a weave. The noise tells it where to put them (texture
 * networks are fed noise for that: Ulyanov et al. 2016).
 *
 * It is the sum of a tile of fine noise and of two sheets of coarse noise, one value for all channels, and the same at
 * the same place of every picture.
 *
 * @module
 */
import { normalFrom, randomFrom } from "../base/random.ts";
import type { Region } from "../pictures/picture.ts";

/** Side of the tile of fine noise; the sheets of coarse noise repeat after four of them. */
export const fineSide = 256;
/** Pixels after which all grain repeats. */
export const grainPeriod: number = 4 * fineSide;

/** Values at points of a grid, between which they are mixed linearly. */
interface Sheet {
  /** Pixels between neighbouring points. */
  readonly apart: number;
  /** Points along a side. */
  readonly count: number;
  /** In levels, row by row. */
  readonly points: Float32Array;
}

/** What grain is made of. */
interface Grain {
  /** The tile, [{@linkcode fineSide}, {@linkcode fineSide}] in levels. */
  readonly fine: Float32Array;
  readonly coarse: readonly Sheet[];
}

let made: Grain | undefined;

/** What grain is made of: standard deviations of 4 and 6 levels for each pixel and each four, and of 8 and 10 for 16 and 32. */
export function grainParts(): Grain {
  if (made) return made;
  const normal = normalFrom(randomFrom(1));
  // Between points that are mixed linearly a deviation is two thirds of theirs.
  const sheet = (apart: number, side: number, deviation: number): Sheet => {
    const count = side / apart;
    const points = Float32Array.from(
      { length: count ** 2 },
      () => inSteps((apart > 1 ? 1.5 : 1) * deviation * normal()),
    );
    return { apart, count, points };
  };
  const [pixels, fours] = [sheet(1, fineSide, 4), sheet(4, fineSide, 6)];
  const whole = { left: 0, top: 0, width: fineSide, height: fineSide };
  const fine = pixels.points.slice();
  addSheet(fine, whole, fours);
  return made = { fine: fine.map(inSteps), coarse: [sheet(16, grainPeriod, 8), sheet(32, grainPeriod, 10)] };
}

/** A value in steps that float16 holds exactly. */
function inSteps(value: number): number {
  return 0.5 * Math.round(value / 0.5);
}

/** The grain of a part of a picture, [height, width] in levels. */
export function grainOf(region: Region): Float32Array {
  const { fine, coarse } = grainParts();
  const { left, top, width, height } = region;
  const grain = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    const row = (top + y) % fineSide * fineSide;
    for (let x = 0, run = 0; x < width; x += run) {
      const from = (left + x) % fineSide;
      run = Math.min(width - x, fineSide - from);
      grain.set(fine.subarray(row + from, row + from + run), y * width + x);
    }
  }
  for (const sheet of coarse) addSheet(grain, region, sheet);
  return grain;
}

function addSheet(into: Float32Array, { left, top, width, height }: Region, { apart, count, points }: Sheet): void {
  // The points mixed for one row of pixels, the first of them again behind the last.
  const line = new Float32Array(count + 1);
  for (let y = 0; y < height; y++) {
    const down = (top + y) / apart;
    const share = down % 1;
    const above = Math.floor(down) % count * count;
    const below = (Math.floor(down) + 1) % count * count;
    for (let i = 0; i < count; i++) line[i] = (1 - share) * points[above + i] + share * points[below + i];
    line[count] = line[0];
    for (let x = 0, at = y * width; x < width;) {
      const place = (left + x) % apart;
      const point = Math.floor((left + x) / apart) % count;
      const slope = (line[point + 1] - line[point]) / apart;
      const end = Math.min(width, x + apart - place);
      for (let value = line[point] + place * slope; x < end; x++, value += slope) into[at++] += value;
    }
  }
}
