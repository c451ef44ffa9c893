/**
 * Grain for a painter: noise that is laid over the photograph before it is painted. A painter makes the same of the same;
 * of an even sky it would make nothing, or strokes as regular as a weave. The noise tells it where to put them (texture
 * networks are fed noise for that: Ulyanov et al. 2016).
 *
 * @module
 */
import { normalFrom, randomFrom } from "../base/random.ts";
import type { Size } from "../pictures/picture.ts";

/** Side of the tile that repeats over a picture. */
export const grainSide = 256;

/** The tile's values are multiples of it, which float16 holds exactly. */
const step = 0.5;

/** Pixels between the points of each noise, and its standard deviation in levels. */
const noises = [[1, 4], [4, 6], [16, 8], [32, 10]] as const;

let tile: Float32Array | undefined;

/** The tile, [{@linkcode grainSide}, {@linkcode grainSide}] in levels: noises of several sizes, one value for all channels. */
export function grainTile(): Float32Array {
  return tile ??= madeTile();
}

function madeTile(): Float32Array {
  const normal = normalFrom(randomFrom(1));
  const sum = new Float32Array(grainSide ** 2);
  for (const [apart, deviation] of noises) {
    const count = grainSide / apart;
    const points = Float32Array.from({ length: count ** 2 }, normal);
    const noise = sum.map((_, i) => {
      const [x, y] = [i % grainSide / apart, Math.floor(i / grainSide) / apart];
      const [column, row] = [Math.floor(x), Math.floor(y)];
      const [right, below] = [smooth(x - column), smooth(y - row)];
      const at = (dx: number, dy: number) => points[(row + dy) % count * count + (column + dx) % count];
      const mix = (dy: number) => (1 - right) * at(0, dy) + right * at(1, dy);
      return (1 - below) * mix(0) + below * mix(1);
    });
    const found = Math.sqrt(noise.reduce((all, value) => all + value ** 2, 0) / noise.length);
    noise.forEach((value, i) => sum[i] += deviation / found * value);
  }
  return sum.map((value) => step * Math.round(value / step));
}

function smooth(x: number): number {
  return x * x * (3 - 2 * x);
}

/** The grain of a part of a picture, [height, width]. */
export function grainOf({ left, top, width, height }: Size & { readonly left: number; readonly top: number }) {
  const tile = grainTile();
  const grain = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    const row = (top + y) % grainSide * grainSide;
    for (let x = 0; x < width; x++) grain[y * width + x] = tile[row + (left + x) % grainSide];
  }
  return grain;
}
