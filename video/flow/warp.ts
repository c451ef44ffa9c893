import type { Flow } from "./flow.ts";
import { checkSameSize, type Frame } from "./frame.ts";

/**
 * Takes each pixel from where a flow says that it is: `warp(to, opticalFlow(from, to))` looks like `from`. Bilinear; beyond the
 * border the border's pixel is taken.
 *
 * @param picture Planes [planes, height, width], however many.
 * @throws {UserError} if picture and flow differ in size.
 */
export function warp<T extends Frame>(
  picture: T,
  flow: Flow,
): { width: number; height: number; data: Float32Array<ArrayBuffer> } {
  checkSameSize(picture, flow, "a picture and a flow");
  const { width, height } = flow;
  const area = width * height;
  const data = new Float32Array(picture.data.length);
  const planes = data.length / area;
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const [placeX, placeY] = [within(x + flow.x[i], width), within(y + flow.y[i], height)];
      const [left, top] = [Math.floor(placeX), Math.floor(placeY)];
      const [across, down] = [placeX - left, placeY - top];
      const first = top * width + left;
      const [right, below] = [left < width - 1 ? 1 : 0, top < height - 1 ? width : 0];
      for (let plane = 0, at = first, into = i; plane < planes; plane++, at += area, into += area) {
        const upper = picture.data[at] + across * (picture.data[at + right] - picture.data[at]);
        const lower = picture.data[at + below] +
          across * (picture.data[at + below + right] - picture.data[at + below]);
        data[into] = upper + down * (lower - upper);
      }
    }
  }
  return { width, height, data };
}

function within(place: number, length: number): number {
  return Math.min(length - 1, Math.max(0, place));
}
