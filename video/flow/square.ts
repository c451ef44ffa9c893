import { indexIn, type Level } from "./level.ts";

/** A pixel is compared by the square of this half side around it. */
const radius = 2;
const side = 2 * radius + 1;
/** A neighbour of another brightness counts half where it differs by this, in levels. */
const similar = 30;
/** No pixel's error counts more than this, in levels. */
const mostError = 20;

/** The surroundings of a pixel, row by row. */
export interface Square {
  readonly levels: Float32Array;
  /** They add up to 1. */
  readonly weights: Float32Array;
}

/** A square that nobody has looked at. */
export function newSquare(): Square {
  return { levels: new Float32Array(side * side), weights: new Float32Array(side * side) };
}

/** Looks at the surroundings of a pixel. */
export function look({ levels, weights }: Square, from: Level, column: number, row: number): void {
  const centre = from.data[indexIn(from, column, row)];
  let sum = 0;
  for (let down = -radius, e = 0; down <= radius; down++) {
    let at = indexIn(from, column - radius, row + down);
    for (let across = -radius; across <= radius; across++, e++, at++) {
      levels[e] = from.data[at];
      sum += weights[e] = 1 / (1 + ((levels[e] - centre) / similar) ** 2);
    }
  }
  for (let e = 0; e < weights.length; e++) weights[e] /= sum;
}

/** The weighted mean error of a square that moves so far; Infinity if it would leave the picture. */
export function misfit(
  { levels, weights }: Square,
  to: Level,
  column: number,
  row: number,
  x: number,
  y: number,
): number {
  const [placeX, placeY] = [column + x, row + y];
  if (!(placeX >= -side && placeY >= -side && placeX < to.width + side && placeY < to.height + side)) return Infinity;
  const [left, top] = [Math.floor(placeX), Math.floor(placeY)];
  const [right, down] = [placeX - left, placeY - top];
  const [w00, w01, w10, w11] = [(1 - right) * (1 - down), right * (1 - down), (1 - right) * down, right * down];
  const { data, stride } = to;
  let sum = 0;
  let at = indexIn(to, left - radius, top - radius);
  for (let j = 0, e = 0; j < side; j++, at += stride - side) {
    for (let i = 0; i < side; i++, e++, at++) {
      const level = w00 * data[at] + w01 * data[at + 1] + w10 * data[at + stride] + w11 * data[at + stride + 1];
      sum += weights[e] * Math.min(mostError, Math.abs(level - levels[e]));
    }
  }
  return sum;
}
