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

/** The same statistics with another tensor in the place of each sum. */
export function mapSums<T, U>(statistics: Statistics<T>, change: (sum: T, name: "sum" | "outer") => U): Statistics<U> {
  const { sum, outer } = statistics;
  return { ...statistics, sum: change(sum, "sum"), outer: change(outer, "outer") };
}

/** The sums of statistics, each under the statistics' key and its own name. */
export function namedSums<T>(statistics: ReadonlyMap<string, Statistics<T>>): Map<string, T> {
  const named = new Map<string, T>();
  for (const [key, each] of statistics) mapSums(each, (sum, name) => named.set(`${key} ${name}`, sum));
  return named;
}

/** Statistics whose sums come from a list that {@linkcode namedSums} made. */
export function withSums<T, U>(
  statistics: ReadonlyMap<string, Statistics<T>>,
  value: (name: string, sum: T) => U,
): Map<string, Statistics<U>> {
  return new Map(
    [...statistics].map(([key, each]) => [key, mapSums(each, (sum, name) => value(`${key} ${name}`, sum))]),
  );
}
