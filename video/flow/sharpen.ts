import type { Flow } from "./flow.ts";
import type { Level } from "./level.ts";
import { look, misfit, newSquare } from "./square.ts";

/** How far away the motions lie that a pixel at a border of motion may take, in pixels. */
const reaches = [3, 6];
/** Motions that differ by more than this within the farthest reach make a border, in pixels. */
const jump = 1;
/** Motions that differ by less are one, in pixels. */
const alike = 0.25;

/** By how much another motion must fit better, in levels. */
const gain = 0.1;

/**
 * Brings the borders of motion to where things end: patches smear them by half their side. Each pixel near a border takes
 * the motion from around it by which a small square, most of all what has its own brightness, fits best.
 */
export function sharpened(from: Level, to: Level, flow: Flow): Flow {
  const { width, height } = flow;
  const [x, y] = [flow.x.slice(), flow.y.slice()];
  const farthest = Math.max(...reaches);
  const [rangeX, rangeY] = [rangeAround(flow.x, width, height, farthest), rangeAround(flow.y, width, height, farthest)];
  const square = newSquare();
  for (let row = 0, i = 0; row < height; row++) {
    for (let column = 0; column < width; column++, i++) {
      if (rangeX[i] + rangeY[i] < jump) continue;
      look(square, from, column, row);
      let best = misfit(square, to, column, row, flow.x[i], flow.y[i]) - gain;
      for (const reach of reaches) {
        for (let down = -reach; down <= reach; down += reach) {
          for (let across = -reach; across <= reach; across += reach) {
            if (row + down < 0 || row + down >= height || column + across < 0 || column + across >= width) continue;
            const other = i + down * width + across;
            if (Math.abs(flow.x[other] - x[i]) + Math.abs(flow.y[other] - y[i]) < alike) continue;
            const error = misfit(square, to, column, row, flow.x[other], flow.y[other]);
            if (error >= best) continue;
            best = error;
            x[i] = flow.x[other];
            y[i] = flow.y[other];
          }
        }
      }
    }
  }
  return { width, height, x, y };
}

/** The difference of the largest and the smallest number within so many pixels of each. */
function rangeAround(plane: Float32Array, width: number, height: number, reach: number): Float32Array {
  const [least, most, range] = Array.from({ length: 3 }, () => new Float32Array(plane.length));
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      let [low, high] = [plane[i], plane[i]];
      for (let at = i - Math.min(reach, x); at <= i + Math.min(reach, width - 1 - x); at++) {
        if (plane[at] < low) low = plane[at];
        if (plane[at] > high) high = plane[at];
      }
      least[i] = low;
      most[i] = high;
    }
  }
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      let [low, high] = [least[i], most[i]];
      const end = i + Math.min(reach, height - 1 - y) * width;
      for (let at = i - Math.min(reach, y) * width; at <= end; at += width) {
        if (least[at] < low) low = least[at];
        if (most[at] > high) high = most[at];
      }
      range[i] = high - low;
    }
  }
  return range;
}
