/**
 * Parts of planes [planes, height, width] in plain memory.
 *
 * @module
 */
import type { Size } from "../../pictures/picture.ts";
import type { Grid, Tile } from "./grid.ts";

/** A part of a plane, in positions. */
interface Rectangle extends Size {
  readonly x: number;
  readonly y: number;
}

/** The size of a layer of a stride over a picture: poolings drop what is left over. */
export function sizeAt({ width, height }: Size, stride: number): Size {
  return { width: Math.floor(width / stride), height: Math.floor(height / stride) };
}

/** The positions of a tile's window at a stride. */
export function windowOf({ y, x }: Tile, { window }: Grid, stride: number): Rectangle {
  return { y: y.start / stride, x: x.start / stride, ...sizeAt(window, stride) };
}

/** The positions that a tile owns at a stride. */
export function ownedOf({ y, x }: Tile, stride: number): Rectangle {
  const [top, left] = [y.from / stride, x.from / stride];
  return {
    y: top,
    x: left,
    height: Math.floor(y.to / stride) - top,
    width: Math.floor(x.to / stride) - left,
  };
}

/** The plane of a tile's window that is 1 where the tile owns a position, and 0 elsewhere. */
export function ownershipOf(tile: Tile, grid: Grid, stride: number): Float32Array {
  const window = windowOf(tile, grid, stride);
  const owned = ownedOf(tile, stride);
  const plane = new Float32Array(window.width * window.height);
  for (let row = owned.y - window.y; row < owned.y - window.y + owned.height; row++) {
    const start = row * window.width + owned.x - window.x;
    plane.fill(1, start, start + owned.width);
  }
  return plane;
}

/** Copies a part of each plane. */
export function cut(data: Float32Array, whole: Size, part: Rectangle): Float32Array {
  const result = new Float32Array(planesOf(data, whole) * part.width * part.height);
  forEachRow(data, whole, part, (row, start) => result.set(data.subarray(start, start + part.width), row * part.width));
  return result;
}

/** Copies a part of the planes of a window into those of the whole. */
export function paste(from: Float32Array, window: Rectangle, into: Float32Array, whole: Size, part: Rectangle): void {
  const inside = { ...part, x: part.x - window.x, y: part.y - window.y };
  const rows = cut(from, window, inside);
  forEachRow(
    into,
    whole,
    part,
    (row, start) => into.set(rows.subarray(row * part.width, (row + 1) * part.width), start),
  );
}

/** Adds the planes of a window to those of the whole. */
export function addAt(from: Float32Array, window: Rectangle, into: Float32Array, whole: Size): void {
  forEachRow(into, whole, window, (row, start) => {
    for (let i = 0, k = row * window.width; i < window.width; i++, k++) into[start + i] += from[k];
  });
}

function planesOf(data: Float32Array, { width, height }: Size): number {
  return data.length / (width * height);
}

/** Calls `visit` for each row of a part with its number, counted over all planes, and its start in the whole. */
function forEachRow(
  data: Float32Array,
  whole: Size,
  part: Rectangle,
  visit: (row: number, start: number) => void,
): void {
  for (let plane = 0, row = 0; plane < planesOf(data, whole); plane++) {
    for (let y = part.y; y < part.y + part.height; y++, row++) {
      visit(row, (plane * whole.height + y) * whole.width + part.x);
    }
  }
}
