import type { Picture } from "../pictures/picture.ts";
import type { Flow } from "./flow/mod.ts";

/**
 * Takes each pixel from where a flow says that it is, as `warp()` does, between pixels by a cubic (Catmull and Rom): what is
 * moved frame after frame stays sharp.
 */
export function cubicWarp(picture: Picture, flow: Flow): Picture {
  const { width, height } = flow;
  const area = width * height;
  const data = new Float32Array(3 * area);
  const [across, down] = [new Float32Array(4), new Float32Array(4)];
  const [columns, rows] = [new Int32Array(4), new Int32Array(4)];
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      tapsAt(x + flow.x[i], width, columns, across);
      tapsAt(y + flow.y[i], height, rows, down);
      for (let start = 0; start < data.length; start += area) {
        let sum = 0;
        for (let j = 0; j < 4; j++) {
          const row = start + rows[j] * width;
          sum += down[j] * (across[0] * picture.data[row + columns[0]] + across[1] * picture.data[row + columns[1]] +
            across[2] * picture.data[row + columns[2]] + across[3] * picture.data[row + columns[3]]);
        }
        data[start + i] = Math.min(255, Math.max(0, sum));
      }
    }
  }
  return { width, height, data };
}

/** Writes the four pixels of a line around a place, and their weights; beyond the border the border's pixel is taken. */
function tapsAt(place: number, length: number, pixels: Int32Array, weights: Float32Array): void {
  const inside = Math.min(length - 1, Math.max(0, place));
  const first = Math.floor(inside);
  const t = inside - first;
  for (let k = 0; k < 4; k++) pixels[k] = Math.min(length - 1, Math.max(0, first + k - 1));
  weights[0] = t * (-0.5 + t * (1 - 0.5 * t));
  weights[1] = 1 + t * t * (1.5 * t - 2.5);
  weights[2] = t * (0.5 + t * (2 - 1.5 * t));
  weights[3] = t * t * (0.5 * t - 0.5);
}
