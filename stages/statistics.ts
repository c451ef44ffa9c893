import { constant, gram, multiply, type Node, reshape, sum } from "../graph/mod.ts";
import { averaged, type Plane } from "./plane.ts";

/**
 * What every style loss sees of a layer: sums over its positions, and nothing else. Because they are sums, a picture
 * may be looked at in parts.
 *
 * @typeParam T A node of the graph, or its value.
 */
export interface Statistics<T> {
  /** Number of positions M, each for as much as it counts. */
  readonly count: number;
  /** Number of channels N; a network that imitates another's layers in fewer components says theirs. */
  readonly channels: number;
  /** Σ F over positions, [components, 1]. */
  readonly sum: T;
  /** Σ F Fᵀ over positions, [components, components]: the Gram matrix of Gatys et al. 2015, equation 3. */
  readonly outer: T;
}

/** Statistics with their share. */
export interface WeightedStatistics {
  readonly weight: number;
  readonly statistics: Statistics<Float32Array>;
}

/**
 * The statistics of a mixture, per position: those of several pictures by their shares. The moments of a mixture are the
 * mixture of the moments, so that one loss on the blend asks for all of them.
 */
export function blended(parts: readonly WeightedStatistics[]): Statistics<Float32Array> {
  const mixed = (key: "sum" | "outer") =>
    parts[0].statistics[key].map((_, i) =>
      parts.reduce((total, { weight, statistics }) => total + weight * statistics[key][i] / statistics.count, 0)
    );
  return { count: 1, channels: parts[0].statistics.channels, sum: mixed("sum"), outer: mixed("outer") };
}

/**
 * The statistics of features [1, N, H, W].
 *
 * @param channels The N that losses divide by.
 * @param where How much each position counts, which makes them guided sums (Gatys et al. 2017, section 4, whose
 * guidance channel is the root of ours).
 */
export function statisticsOf(features: Node, channels: number, where?: Plane): Statistics<Node> {
  const [, components, height, width] = features.shape;
  const rows = reshape(features, [components, height * width]);
  if (!where) return { count: height * width, channels, sum: sum(rows, [1]), outer: gram(rows) };
  const { data } = averaged(where, { width, height });
  const weighted = (weights: Float32Array) => multiply(rows, constant(weights, [1, height * width]));
  return {
    count: data.reduce((total, weight) => total + weight, 0),
    channels,
    sum: sum(weighted(data), [1]),
    outer: gram(weighted(data.map(Math.sqrt))),
  };
}
