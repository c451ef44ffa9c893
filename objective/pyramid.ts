/**
 * The pyramid: an image reduced by a whole factor, as a node of a graph and in plain memory.
 *
 * @module
 */
import { averagePool, type Node } from "../graph/mod.ts";
import type { Size } from "../pictures/picture.ts";
import type { ImageTensor } from "../pictures/tensor.ts";
import { sizeAt } from "./tiles/planes.ts";

/**
 * An image node reduced by a whole factor: the mean of each square of `factor` × `factor` pixels.
 *
 * @throws {RangeError} if no pixel would be left.
 */
export function reduced(image: Node, factor: number): Node {
  return factor === 1 ? image : averagePool(image, factor);
}

/** The same of an image in memory; the pixels at the right or bottom that fill no square are dropped. */
export function shrunk({ width, height, data }: ImageTensor, factor: number): ImageTensor {
  if (factor === 1) return { width, height, data };
  const size = sizeAt({ width, height }, factor);
  const result = new Float32Array(3 * size.width * size.height);
  for (let plane = 0, at = 0; plane < 3; plane++) {
    for (let y = 0; y < size.height; y++) {
      for (let x = 0; x < size.width; x++, at++) {
        let sum = 0;
        for (let row = 0; row < factor; row++) {
          const start = (plane * height + y * factor + row) * width + x * factor;
          for (let i = 0; i < factor; i++) sum += data[start + i];
        }
        result[at] = sum / factor ** 2;
      }
    }
  }
  return { ...size, data: result };
}

/** The gradient of {@linkcode shrunk}: adds the gradient of the reduced image to that of the whole, in `into`. */
export function addSpread(slope: Float32Array, into: Float32Array, whole: Size, factor: number): void {
  const size = sizeAt(whole, factor);
  for (let plane = 0; plane < 3; plane++) {
    for (let y = 0; y < size.height * factor; y++) {
      const from = (plane * size.height + Math.floor(y / factor)) * size.width;
      const to = (plane * whole.height + y) * whole.width;
      for (let x = 0; x < size.width * factor; x++) into[to + x] += slope[from + Math.floor(x / factor)] / factor ** 2;
    }
  }
}
