import { gram, type Node, reshape, sum } from "../graph/mod.ts";

/**
 * What every style loss sees of a layer: sums over its positions, and nothing else. Because they are sums, a picture
 * may be looked at in parts.
 *
 * @typeParam T A node of the graph, or its value.
 */
export interface Statistics<T> {
  /** Number of positions M. */
  readonly count: number;
  /** Number of channels N; a network that imitates another's layers in fewer components says theirs. */
  readonly channels: number;
  /** Σ F over positions, [components, 1]. */
  readonly sum: T;
  /** Σ F Fᵀ over positions, [components, components]: the Gram matrix of Gatys et al. 2015, equation 3. */
  readonly outer: T;
}

/**
 * The statistics of features [1, N, H, W].
 *
 * @param channels The N that losses divide by.
 */
export function statisticsOf(features: Node, channels: number): Statistics<Node> {
  const [, components, height, width] = features.shape;
  const rows = reshape(features, [components, height * width]);
  return { count: height * width, channels, sum: sum(rows, [1]), outer: gram(rows) };
}
