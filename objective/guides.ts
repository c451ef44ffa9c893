import { constant, type Node } from "../graph/mod.ts";
import type { Reach } from "../networks/reach.ts";
import type { Size } from "../pictures/picture.ts";
import { averaged, type Plane } from "../pictures/plane.ts";
import { sizeAt } from "./tiles/planes.ts";

/** How much the positions of a layer count in its sums. */
export interface Guide {
  /** [1, 1, H, W], 0..1: the square of the guidance channel of Gatys et al. 2017, section 4; absent if all count alike. */
  readonly weights?: Node;
  /** Rows and columns along each border that are left out, if there are no weights: these have zeros there. */
  readonly margin: number;
  /** Σ of the weights over the whole picture. */
  readonly count: number;
}

/**
 * Returns the guide of a layer by the reach of its features.
 *
 * @param share As for {@linkcode marginOf}.
 * @param where How much each pixel of the whole picture counts.
 */
export type Guiding = (reach: Reach, share: number, where?: Plane) => Guide;

/** Most of a layer's shorter side that the borders may take: in a small picture there would be nothing left. */
const widest = 1 / 8;

/**
 * The rows and columns along each border that a layer's sums leave out: what a feature sees beyond the border is padding,
 * which is no part of a painting.
 *
 * @param size The picture.
 * @param share 0 leaves nothing out, 1 each feature that sees any padding, what is between so much of that width.
 */
export function marginOf(size: Size, { stride, radius }: Reach, share: number): number {
  const { width, height } = sizeAt(size, stride);
  return Math.min(Math.round(share * radius / stride), Math.floor(widest * Math.min(width, height)));
}

/** The guiding of a picture that is seen at once. */
export function guidingOf(size: Size): Guiding {
  return (reach, share, where) => {
    const margin = marginOf(size, reach, share);
    const { width, height } = sizeAt(size, reach.stride);
    if (!where) return { margin, count: (width - 2 * margin) * (height - 2 * margin) };
    const data = withoutBorder(averaged(where, { width, height }), margin);
    return { weights: constant(data, [1, 1, height, width]), margin: 0, count: planeSum(data) };
  };
}

/** The values of a plane with zeros along its borders. */
export function withoutBorder({ width, height, data }: Plane, margin: number): Float32Array {
  if (margin === 0) return data;
  return data.map((value, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    return Math.min(x, y, width - 1 - x, height - 1 - y) < margin ? 0 : value;
  });
}

/** The sum of a plane. */
export function planeSum(data: Float32Array): number {
  return data.reduce((sum, value) => sum + value, 0);
}
