import { layersUpTo, type Network } from "./network.ts";

/** The receptive field of a feature, in pixels. */
export interface Reach {
  /** Distance between neighbouring positions: the product of the poolings before the layer. */
  readonly stride: number;
  /** How far the field reaches beyond its square of `stride` pixels, to each side. */
  readonly radius: number;
}

/** The receptive field of the last of some layers, the largest of them; of no layers: single pixels. */
export function reachOf(network: Network, layers: readonly string[]): Reach {
  return layersUpTo(network, layers).reduce(
    ({ stride, radius }, { type }) =>
      type === "pool" ? { stride: 2 * stride, radius } : { stride, radius: radius + stride },
    { stride: 1, radius: 0 },
  );
}
