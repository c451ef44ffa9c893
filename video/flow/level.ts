import type { Size } from "../../pictures/picture.ts";

/** How many times the border pixels are repeated around a level: patches may lie outside by their own side. */
export const padding = 10;

/** One scale of a frame. */
export interface Level extends Size {
  /** Brightness [height + 2 · padding, stride]: the border pixels are repeated outwards. */
  readonly data: Float32Array;
  /** Numbers from one row to the next. */
  readonly stride: number;
}

/** The index of a pixel in a level. */
export function indexIn({ stride }: Level, x: number, y: number): number {
  return (y + padding) * stride + x + padding;
}

/** A plane [height, width] with its border repeated. */
export function levelOf(plane: Float32Array, { width, height }: Size): Level {
  const stride = width + 2 * padding;
  const data = new Float32Array(stride * (height + 2 * padding));
  for (let y = 0; y < height; y++) {
    const row = (y + padding) * stride;
    data.set(plane.subarray(y * width, (y + 1) * width), row + padding);
    data.fill(plane[y * width], row, row + padding);
    data.fill(plane[(y + 1) * width - 1], row + padding + width, row + stride);
  }
  for (let y = 0; y < padding; y++) {
    data.copyWithin(y * stride, padding * stride, (padding + 1) * stride);
    data.copyWithin((height + padding + y) * stride, (height + padding - 1) * stride, (height + padding) * stride);
  }
  return { width, height, data, stride };
}

/** The level of half the size: means of 2 × 2 pixels. An odd side is rounded up, its last pixel repeated. */
export function halved(level: Level): Level {
  const { data, stride } = level;
  const [width, height] = [(level.width + 1) >> 1, (level.height + 1) >> 1];
  const plane = new Float32Array(width * height);
  for (let y = 0, i = 0; y < height; y++) {
    let at = indexIn(level, 0, 2 * y);
    for (let x = 0; x < width; x++, i++, at += 2) {
      plane[i] = (data[at] + data[at + 1] + data[at + stride] + data[at + stride + 1]) / 4;
    }
  }
  return levelOf(plane, { width, height });
}

/** Levels are halved until one has a shorter side below this: a patch there sees a good part of the picture. */
const coarsest = 50;

/** The scales of a frame, the finest first. */
export function pyramidOf(brightness: Float32Array, size: Size): Level[] {
  const levels = [levelOf(brightness, size)];
  for (let last = levels[0]; Math.min(last.width, last.height) >= coarsest; last = levels.at(-1)!) {
    levels.push(halved(last));
  }
  return levels;
}

/** The derivatives of a level along x and y [height, width], by central differences. */
export function slopesOf(level: Level): [x: Float32Array, y: Float32Array] {
  const { width, height, data, stride } = level;
  const [slopeX, slopeY] = [new Float32Array(width * height), new Float32Array(width * height)];
  for (let y = 0, i = 0; y < height; y++) {
    let at = indexIn(level, 0, y);
    for (let x = 0; x < width; x++, i++, at++) {
      slopeX[i] = (data[at + 1] - data[at - 1]) / 2;
      slopeY[i] = (data[at + stride] - data[at - stride]) / 2;
    }
  }
  return [slopeX, slopeY];
}
