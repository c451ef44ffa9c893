import { layersUpTo, type Network } from "./network.ts";

/** What a feature sees of the picture, in pixels. */
export interface Reach {
  /** Side of the square of pixels that a position stands for: the product of the poolings before it. */
  readonly stride: number;
  /** How far beyond that square it sees, to each side. */
  readonly radius: number;
}

/** The reach of the last of some layers, which all others share or undercut; of no layers: single pixels. */
export function reachOf(network: Network, layers: readonly string[]): Reach {
  return layersUpTo(network, layers).reduce(
    ({ stride, radius }, { type }) =>
      type === "pool" ? { stride: 2 * stride, radius } : { stride, radius: radius + stride },
    { stride: 1, radius: 0 },
  );
}
