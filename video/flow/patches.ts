/**
 * Dense inverse search: Kroeger, Timofte, Dai, Van Gool, "Fast Optical Flow using Dense Inverse Search", 2016.
 *
 * @module
 */
import type { Flow } from "./flow.ts";
import { indexIn, type Level, slopesOf } from "./level.ts";

/** Side of a patch in pixels, and the number of them in it. */
const side = 8;
const area = side * side;

/** How thoroughly patches are sought. */
export interface PatchSearch {
  /** Pixels from one patch to the next. */
  readonly step: number;
  /** 2 to pass motion on to the neighbours in both directions; 1 to save that time. */
  readonly passes: 1 | 2;
  /** The most steps of a patch's descent. */
  readonly descents: number;
  /**
   * How many pixels around its start each patch tries every place, so that a small thing that moves far is not lost; 0 for
   * none.
   */
  readonly reach: number;
}

/** A step shorter than this, in pixels, is the last of a descent. */
const settled = 0.01;

/** An error below this, in levels, is grain: it makes no pixel's patch count less. */
const grain = 2;

/** Neighbours whose motions differ by less, in pixels, are not compared: the descent covers that. */
const alike = 0.25;

/** What a pixel of motion costs where all places are tried, in levels² for the whole patch: a flat one stays. */
const costOfMotion = 20;

/** The least determinant of a patch's structure tensor, in levels⁴: below, it has no corner to hold on to. */
const leastTexture = 1;

/** What is computed of a patch. */
interface Search {
  readonly from: Level;
  readonly to: Level;
  /** Derivatives of `from` [height, width]. */
  readonly slopeX: Float32Array;
  readonly slopeY: Float32Array;
  /** The patch of `to` minus that of `from`, row by row. */
  readonly errors: Float32Array;
  /** The most steps of a patch's descent. */
  readonly descents: number;
}

/**
 * Improves a flow from one level to another, patch by patch: each starts from the flow so far or from a neighbour's
 * motion, whichever fits better, and descends by Gauss and Newton; its mean brightness does not count. A pixel's motion
 * is the mean of its patches', those that fit it counting more.
 */
export function searchPatches(
  from: Level,
  to: Level,
  start: Flow,
  { step, passes, descents, reach }: PatchSearch,
): Flow {
  const { width, height } = from;
  const [slopeX, slopeY] = slopesOf(from);
  const search: Search = { from, to, slopeX, slopeY, errors: new Float32Array(area), descents };
  const [columns, rows] = [startsOf(width, step), startsOf(height, step)];
  const across = columns.length;
  const [motionX, motionY] = [new Float32Array(across * rows.length), new Float32Array(across * rows.length)];

  const found = new Float32Array(2);
  for (const direction of [1, -1].slice(0, passes)) {
    for (let n = 0; n < motionX.length; n++) {
      const k = direction === 1 ? n : motionX.length - 1 - n;
      const [row, column] = [Math.floor(k / across), k % across];
      const [x, y] = [columns[column], rows[row]];
      if (direction === 1) {
        const centre = Math.min(height - 1, y + side / 2) * width + Math.min(width - 1, x + side / 2);
        motionX[k] = start.x[centre];
        motionY[k] = start.y[centre];
        if (reach > 0) seek(search, x, y, reach, k, motionX, motionY);
      }
      let best = misfit(search, x, y, motionX[k], motionY[k]);
      // In the first pass every patch descends, in the second those that a neighbour has helped.
      let moved = direction === 1;
      const beside = column - direction;
      const above = row - direction;
      for (
        const other of [
          beside >= 0 && beside < across ? k - direction : -1,
          above >= 0 && above < rows.length ? k - direction * across : -1,
        ]
      ) {
        if (other < 0) continue;
        if (Math.abs(motionX[other] - motionX[k]) + Math.abs(motionY[other] - motionY[k]) < alike) continue;
        const error = misfit(search, x, y, motionX[other], motionY[other]);
        if (error >= best) continue;
        best = error;
        motionX[k] = motionX[other];
        motionY[k] = motionY[other];
        moved = true;
      }
      if (moved && descend(search, x, y, motionX[k], motionY[k], best, found)) {
        motionX[k] = found[0];
        motionY[k] = found[1];
      }
    }
  }
  return densified(search, start, columns, rows, motionX, motionY);
}

/** Where patches start along a side: every few pixels, the last one at the border. */
function startsOf(length: number, step: number): Int32Array {
  const last = Math.max(0, length - side);
  return Int32Array.from({ length: Math.ceil(last / step) + 1 }, (_, i) => Math.min(last, i * step));
}

/**
 * Writes the errors of a patch that moves so far, and returns their sum of squares about their mean; Infinity if the
 * patch would lie outside altogether.
 */
function misfit({ from, to, errors }: Search, x: number, y: number, moveX: number, moveY: number): number {
  const [left, top] = [x + moveX, y + moveY];
  if (!(left >= -side && top >= -side && left <= to.width && top <= to.height)) return Infinity;
  const [firstX, firstY] = [Math.floor(left), Math.floor(top)];
  const [right, down] = [left - firstX, top - firstY];
  const [w00, w01, w10, w11] = [
    (1 - right) * (1 - down),
    right * (1 - down),
    (1 - right) * down,
    right * down,
  ];
  const [there, here, stride] = [to.data, from.data, to.stride];
  let sum = 0;
  let squares = 0;
  let source = indexIn(to, firstX, firstY);
  let target = indexIn(from, x, y);
  for (let j = 0, e = 0; j < side; j++, source += stride - side, target += stride - side) {
    for (let i = 0; i < side; i++, e++, source++, target++) {
      const error = w00 * there[source] + w01 * there[source + 1] + w10 * there[source + stride] +
        w11 * there[source + stride + 1] - here[target];
      errors[e] = error;
      sum += error;
      squares += error * error;
    }
  }
  return squares - sum * sum / area;
}

/** Moves a patch to the best place among all at whole pixels around it. */
function seek(
  search: Search,
  x: number,
  y: number,
  reach: number,
  k: number,
  motionX: Float32Array,
  motionY: Float32Array,
): void {
  const [startX, startY] = [motionX[k], motionY[k]];
  let best = Infinity;
  for (let down = -reach; down <= reach; down++) {
    for (let across = -reach; across <= reach; across++) {
      const error = misfit(search, x, y, startX + across, startY + down) + costOfMotion * (across ** 2 + down ** 2);
      if (error >= best) continue;
      best = error;
      motionX[k] = startX + across;
      motionY[k] = startY + down;
    }
  }
}

/**
 * Descends from a motion whose misfit is known, and writes where that leads.
 *
 * @returns false if it leads nowhere better.
 */
function descend(
  search: Search,
  x: number,
  y: number,
  startX: number,
  startY: number,
  startError: number,
  found: Float32Array,
): boolean {
  const { from: { width, height }, slopeX, slopeY, errors, descents } = search;
  // Of a picture smaller than a patch, the part outside has no slope.
  const [columns, rows] = [Math.min(side, width - x), Math.min(side, height - y)];
  let [xx, xy, yy, sumX, sumY] = [0, 0, 0, 0, 0];
  for (let j = 0; j < rows; j++) {
    for (let i = 0, p = (y + j) * width + x; i < columns; i++, p++) {
      const [a, b] = [slopeX[p], slopeY[p]];
      xx += a * a;
      xy += a * b;
      yy += b * b;
      sumX += a;
      sumY += b;
    }
  }
  xx -= sumX * sumX / area;
  xy -= sumX * sumY / area;
  yy -= sumY * sumY / area;
  const determinant = xx * yy - xy * xy;
  if (!(determinant > leastTexture)) return false;

  let [moveX, moveY] = [startX, startY];
  let [bestX, bestY, best] = [startX, startY, startError];
  for (let t = 0; t <= descents; t++) {
    const error = misfit(search, x, y, moveX, moveY);
    if (t > 0 && !(error < best)) break;
    [bestX, bestY, best] = [moveX, moveY, error];
    let [alongX, alongY, sum] = [0, 0, 0];
    for (let j = 0; j < rows; j++) {
      for (let i = 0, p = (y + j) * width + x, e = j * side; i < columns; i++, p++, e++) {
        alongX += errors[e] * slopeX[p];
        alongY += errors[e] * slopeY[p];
      }
    }
    for (let e = 0; e < area; e++) sum += errors[e];
    alongX -= sum * sumX / area;
    alongY -= sum * sumY / area;
    const stepX = (yy * alongX - xy * alongY) / determinant;
    const stepY = (xx * alongY - xy * alongX) / determinant;
    moveX -= stepX;
    moveY -= stepY;
    if (stepX * stepX + stepY * stepY < settled * settled) break;
  }
  // What has gone further than its own side has lost its hold.
  if (!(best < startError) || Math.hypot(bestX - startX, bestY - startY) > side) return false;
  found[0] = bestX;
  found[1] = bestY;
  return true;
}

/**
 * The motion of each pixel from its patches': each counts by 1 / max(grain, error)⁴. (In Kroeger et al. 2016, equation 3, it is
 * 1 / max(1, error), which blurs the borders of motion more.)
 */
function densified(
  search: Search,
  { x: startX, y: startY }: Flow,
  columns: Int32Array,
  rows: Int32Array,
  motionX: Float32Array,
  motionY: Float32Array,
): Flow {
  const { from: { width, height }, errors } = search;
  const [sumX, sumY, sum] = Array.from({ length: 3 }, () => new Float32Array(width * height));
  for (let row = 0, k = 0; row < rows.length; row++) {
    for (let column = 0; column < columns.length; column++, k++) {
      const [x, y] = [columns[column], rows[row]];
      if (misfit(search, x, y, motionX[k], motionY[k]) === Infinity) continue;
      let mean = 0;
      for (let e = 0; e < area; e++) mean += errors[e] / area;
      const [right, bottom] = [Math.min(side, width - x), Math.min(side, height - y)];
      for (let j = 0; j < bottom; j++) {
        for (let i = 0, p = (y + j) * width + x, e = j * side; i < right; i++, p++, e++) {
          const error = errors[e] - mean;
          const square = Math.max(grain * grain, error * error);
          const weight = 1 / (square * square);
          sumX[p] += weight * motionX[k];
          sumY[p] += weight * motionY[k];
          sum[p] += weight;
        }
      }
    }
  }
  return {
    width,
    height,
    x: sumX.map((value, p) => sum[p] > 0 ? value / sum[p] : startX[p]),
    y: sumY.map((value, p) => sum[p] > 0 ? value / sum[p] : startY[p]),
  };
}
