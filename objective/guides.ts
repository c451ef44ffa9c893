import { constant, type Node } from "../graph/mod.ts";
import type { Size } from "../pictures/picture.ts";
import { averaged, type Plane } from "../pictures/plane.ts";
import { sizeAt } from "./tiles/planes.ts";

/** Weights of a layer's positions, which make its sums guided ones (Gatys et al. 2017, section 4). */
export interface Guide {
  /** [1, 1, H, W], 0..1: the square of that paper's guidance channel. */
  readonly weights: Node;
  /** Σ of the weights over the whole picture. */
  readonly count: number;
}

/**
 * Returns the guide of a layer by its stride; undefined if each position counts as one.
 *
 * @param where How much each pixel of the whole picture counts.
 */
export type Guiding = (stride: number, where?: Plane) => Guide | undefined;

/** The guiding of a picture that is seen at once. */
export function guidingOf(size: Size): Guiding {
  return (stride, where) => {
    if (!where) return undefined;
    const { width, height, data } = averaged(where, sizeAt(size, stride));
    return { weights: constant(data, [1, 1, height, width]), count: planeSum(data) };
  };
}

/** The sum of a plane. */
export function planeSum(data: Float32Array): number {
  return data.reduce((sum, value) => sum + value, 0);
}
