import { createRandom } from "./random.ts";

/** Heights on a square grid, row by row. */
export interface HeightGrid {
  size: number;
  heights: Float32Array;
}

const LIFETIME = 60;
const INERTIA = 0.08;
const CAPACITY = 3;
const DEPOSIT = 0.25;
const ERODE = 0.12;
const EVAPORATE = 0.015;
const LEAST_SLOPE = 0.004;

/**
 * Lets drops run down the grid, cut gullies and drop their load, after Beyer,
 * "Implementation of a method for hydraulic erosion" (2015). Heights are in
 * grid spacings here, so that slopes are true.
 */
export function erode(grid: HeightGrid, drops: number, seed: number): void {
  const { size, heights } = grid;
  const random = createRandom(seed);
  for (let drop = 0; drop < drops; drop++) {
    let x = 2 + random() * (size - 5), y = 2 + random() * (size - 5);
    let towardsX = 0, towardsY = 0, speed = 1, water = 1, load = 0;
    for (let age = 0; age < LIFETIME; age++) {
      const column = Math.floor(x), row = Math.floor(y);
      const u = x - column, v = y - row, at = row * size + column;
      const a = heights[at], b = heights[at + 1];
      const c = heights[at + size], d = heights[at + size + 1];
      const slopeX = (b - a) * (1 - v) + (d - c) * v;
      const slopeY = (c - a) * (1 - u) + (d - b) * u;
      towardsX = towardsX * INERTIA - slopeX * (1 - INERTIA);
      towardsY = towardsY * INERTIA - slopeY * (1 - INERTIA);
      const length = Math.hypot(towardsX, towardsY);
      if (length < 1e-6) break;
      towardsX /= length;
      towardsY /= length;
      x += towardsX;
      y += towardsY;
      if (x < 2 || y < 2 || x > size - 3 || y > size - 3) break;
      const before = a * (1 - u) * (1 - v) + b * u * (1 - v) +
        c * (1 - u) * v + d * u * v;
      const change = heightAt(grid, x, y) - before;
      const capacity = Math.max(-change, LEAST_SLOPE) * speed * water *
        CAPACITY;
      const given = change > 0
        ? Math.min(change, load)
        : load > capacity
        ? (load - capacity) * DEPOSIT
        : -Math.min((capacity - load) * ERODE, -change);
      load -= given;
      heights[at] += given * (1 - u) * (1 - v);
      heights[at + 1] += given * u * (1 - v);
      heights[at + size] += given * (1 - u) * v;
      heights[at + size + 1] += given * u * v;
      speed = Math.sqrt(Math.max(0, speed * speed - change * 4));
      water *= 1 - EVAPORATE;
    }
  }
}

/** Lets what is steeper than the given slope slide down, a number of times. */
export function slump(grid: HeightGrid, slope: number, times: number): void {
  const { size, heights } = grid;
  for (let time = 0; time < times; time++) {
    for (let at = size; at < heights.length - size - 1; at++) {
      for (const next of [at + 1, at + size]) {
        const excess = Math.abs(heights[at] - heights[next]) - slope;
        if (excess <= 0) continue;
        const slide = 0.3 * excess * Math.sign(heights[at] - heights[next]);
        heights[at] -= slide;
        heights[next] += slide;
      }
    }
  }
}

function heightAt({ size, heights }: HeightGrid, x: number, y: number): number {
  const column = Math.floor(x), row = Math.floor(y);
  const u = x - column, v = y - row, at = row * size + column;
  return (heights[at] * (1 - u) + heights[at + 1] * u) * (1 - v) +
    (heights[at + size] * (1 - u) + heights[at + size + 1] * u) * v;
}
