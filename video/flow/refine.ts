/**
 * TV-L1 optical flow: Zach, Pock, Bischof, "A Duality Based Approach for Realtime TV-L1 Optical Flow", 2007.
 *
 * @module
 */
import { boxMean } from "./box.ts";
import type { Flow } from "./flow.ts";
import { indexIn, type Level, levelOf, slopesOf } from "./level.ts";

/** Weight of the brightness against smoothness. */
const lambda = 0.15;
/** How tightly the two halves of the problem are coupled. */
const theta = 0.3;
/** Step of the dual variables, at most 1/4. */
const tau = 0.25;
/** Iterations after each warp. */
const iterations = 15;
/** Half the side of the square whose mean error is a change of light, in pixels. */
const reachOfLight = 8;
/** A squared slope below this holds no motion, in levels². */
const leastSlope = 1e-6;

/** Refines a flow from one level to another: so many times, `to` is warped and the flow solved for. */
export function refineFlow(from: Level, to: Level, start: Flow, warps: number): Flow {
  const { width, height } = from;
  const size = width * height;
  const [x, y] = [start.x.slice(), start.y.slice()];
  const [toX, toY] = slopesOf(to).map((plane) => levelOf(plane, to));
  const plane = () => new Float32Array(size);
  const [slopeX, slopeY, square, constant] = [plane(), plane(), plane(), plane()];
  const [dualXX, dualXY, dualYX, dualYY] = [plane(), plane(), plane(), plane()];

  for (let warp = 0; warp < warps; warp++) {
    linearise(from, to, toX, toY, x, y, slopeX, slopeY, square, constant);
    for (let k = 0; k < iterations; k++) {
      descend(width, x, y, slopeX, slopeY, square, constant, dualXX, dualXY, dualYX, dualYY);
      ascend(width, height, x, dualXX, dualXY);
      ascend(width, height, y, dualYX, dualYY);
    }
    x.set(median(x, width, height));
    y.set(median(y, width, height));
  }
  return { width, height, x, y };
}

/**
 * Writes the error of each pixel as a linear function of its motion: constant + slopeX · x + slopeY · y. The mean error of
 * its surroundings is left out: light that flickers is no motion.
 */
function linearise(
  from: Level,
  to: Level,
  toX: Level,
  toY: Level,
  x: Float32Array,
  y: Float32Array,
  slopeX: Float32Array,
  slopeY: Float32Array,
  square: Float32Array,
  constant: Float32Array,
): void {
  const { width, height } = from;
  const { data, stride } = to;
  const errors = new Float32Array(width * height);
  for (let row = 0, i = 0; row < height; row++) {
    for (let column = 0; column < width; column++, i++) {
      const [placeX, placeY] = [column + x[i], row + y[i]];
      const inside = placeX >= 0 && placeY >= 0 && placeX <= width - 1 && placeY <= height - 1;
      if (!inside) {
        slopeX[i] =
          slopeY[i] =
          square[i] =
          constant[i] =
            0;
        continue;
      }
      const [firstX, firstY] = [Math.floor(placeX), Math.floor(placeY)];
      const [right, down] = [placeX - firstX, placeY - firstY];
      const [w00, w01, w10, w11] = [(1 - right) * (1 - down), right * (1 - down), (1 - right) * down, right * down];
      const at = indexIn(to, firstX, firstY);
      const there = w00 * data[at] + w01 * data[at + 1] + w10 * data[at + stride] + w11 * data[at + stride + 1];
      const a = w00 * toX.data[at] + w01 * toX.data[at + 1] + w10 * toX.data[at + stride] +
        w11 * toX.data[at + stride + 1];
      const b = w00 * toY.data[at] + w01 * toY.data[at + 1] + w10 * toY.data[at + stride] +
        w11 * toY.data[at + stride + 1];
      slopeX[i] = a;
      slopeY[i] = b;
      square[i] = a * a + b * b;
      errors[i] = there - from.data[indexIn(from, column, row)];
      constant[i] = errors[i] - a * x[i] - b * y[i];
    }
  }
  const light = boxMean(errors, from, reachOfLight);
  for (let i = 0; i < light.length; i++) constant[i] -= light[i];
}

/** A step towards the least error (thresholding) and along the divergence of the duals. */
function descend(
  width: number,
  x: Float32Array,
  y: Float32Array,
  slopeX: Float32Array,
  slopeY: Float32Array,
  square: Float32Array,
  constant: Float32Array,
  dualXX: Float32Array,
  dualXY: Float32Array,
  dualYX: Float32Array,
  dualYY: Float32Array,
): void {
  const most = lambda * theta;
  for (let row = 0, i = 0; i < x.length; row++) {
    for (let column = 0; column < width; column++, i++) {
      const error = constant[i] + slopeX[i] * x[i] + slopeY[i] * y[i];
      let step = 0;
      if (square[i] > leastSlope) step = Math.max(-most, Math.min(most, -error / square[i]));
      const divergenceX = dualXX[i] - (column > 0 ? dualXX[i - 1] : 0) + dualXY[i] - (row > 0 ? dualXY[i - width] : 0);
      const divergenceY = dualYX[i] - (column > 0 ? dualYX[i - 1] : 0) + dualYY[i] - (row > 0 ? dualYY[i - width] : 0);
      x[i] += step * slopeX[i] + theta * divergenceX;
      y[i] += step * slopeY[i] + theta * divergenceY;
    }
  }
}

/** A step of the dual variables of one component. */
function ascend(
  width: number,
  height: number,
  component: Float32Array,
  dualX: Float32Array,
  dualY: Float32Array,
): void {
  const step = tau / theta;
  for (let row = 0, i = 0; row < height; row++) {
    for (let column = 0; column < width; column++, i++) {
      const alongX = column < width - 1 ? component[i + 1] - component[i] : 0;
      const alongY = row < height - 1 ? component[i + width] - component[i] : 0;
      const norm = 1 + step * Math.sqrt(alongX * alongX + alongY * alongY);
      dualX[i] = (dualX[i] + step * alongX) / norm;
      dualY[i] = (dualY[i] + step * alongY) / norm;
    }
  }
}

/** The median of each pixel's 3 × 3 neighbours; those at the border stay. */
function median(plane: Float32Array, width: number, height: number): Float32Array {
  const result = plane.slice();
  const sorted = new Float32Array(9);
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      let count = 0;
      for (let j = -1; j <= 1; j++) {
        for (let i = -1; i <= 1; i++) {
          const value = plane[(y + j) * width + x + i];
          let k = count++;
          for (; k > 0 && sorted[k - 1] > value; k--) sorted[k] = sorted[k - 1];
          sorted[k] = value;
        }
      }
      result[y * width + x] = sorted[4];
    }
  }
  return result;
}
