import { expand, gram, multiply, type Node, reshape, slice, sum, weightedGram } from "../graph/mod.ts";
import { channelsOf, type Network } from "../networks/network.ts";
import { type Reach, reachOf } from "../networks/reach.ts";
import type { Guide } from "./guides.ts";

/**
 * All that a style loss sees of a layer: sums over its positions. Because they are sums, a picture may be looked at in
 * parts.
 *
 * @typeParam T A node of the graph, or its value.
 */
export interface Statistics<T> {
  /** Number of positions M of a picture, or the sum of their weights. */
  readonly count: number;
  /** Number of channels N; for a network that imitates another's layers in fewer components, theirs. */
  readonly channels: number;
  /** Σ F over positions, [B, components, 1] for B pictures; a target is of one, its value without that axis. */
  readonly sum: T;
  /** Σ F Fᵀ over positions, [B, components, components]: the Gram matrix of Gatys et al. 2015, equation 3. */
  readonly outer: T;
}

/** Statistics with their share in a mixture. */
interface WeightedStatistics {
  readonly weight: number;
  readonly statistics: Statistics<Float32Array>;
}

/**
 * The statistics of a mixture of several pictures, per position. The moments of a mixture are the mixture of the moments,
 * so that a single loss on the blend asks for all of the pictures.
 */
export function blended(parts: readonly WeightedStatistics[]): Statistics<Float32Array> {
  const mixed = (key: "sum" | "outer") =>
    parts[0].statistics[key].map((_, i) =>
      parts.reduce((total, { weight, statistics }) => total + weight * statistics[key][i] / statistics.count, 0)
    );
  return { count: 1, channels: parts[0].statistics.channels, sum: mixed("sum"), outer: mixed("outer") };
}

/**
 * The statistics of features [B, N, H, W], for each picture by itself.
 *
 * @param channels The N that losses divide by.
 * @param guide How much the positions count, the same in all pictures; each counts as one unless given.
 */
export function statisticsOf(features: Node, channels: number, guide?: Guide): Statistics<Node> {
  const inner = guide ? inside(features, guide.margin) : features;
  const [batch, components, height, width] = inner.shape;
  const rows = reshape(inner, [batch, components, height * width]);
  const weights = guide?.weights;
  return {
    count: guide?.count ?? height * width,
    channels,
    // Row by row first: one long float32 sum would lose precision.
    sum: reshape(sum(sum(weights ? multiply(inner, weights) : inner, [3]), [2]), [batch, components, 1]),
    outer: weights
      ? weightedGram(rows, expand(reshape(weights, [1, 1, height * width]), [batch, 1, height * width]))
      : gram(rows),
  };
}

/** The statistics of all pictures of a batch as those of one. */
export function pooled(statistics: Statistics<Node>): Statistics<Node> {
  const [batch] = statistics.sum.shape;
  const { count } = statistics;
  return { ...mapSums(statistics, (node) => sum(node, [0])), count: count * batch };
}

/** Features without so many rows and columns along each border. */
function inside(features: Node, margin: number): Node {
  if (margin === 0) return features;
  const [batch, components, height, width] = features.shape;
  return slice(features, [0, 0, margin, margin], [batch, components, height - margin, width - margin]);
}

/**
 * The statistics of each layer's features.
 *
 * @param guide Returns how much the positions count, by the reach of the layer's features.
 */
export function statisticsByLayer(
  features: ReadonlyMap<string, Node>,
  layers: readonly string[],
  network: Network,
  guide: (reach: Reach) => Guide,
): Map<string, Statistics<Node>> {
  return new Map(
    layers.map((layer) => [
      layer,
      statisticsOf(features.get(layer)!, channelsOf(network, layer), guide(reachOf(network, [layer]))),
    ]),
  );
}

/** The same statistics with another tensor in the place of each sum. */
function mapSums<T, U>(statistics: Statistics<T>, change: (sum: T, name: "sum" | "outer") => U): Statistics<U> {
  const { sum, outer } = statistics;
  return { ...statistics, sum: change(sum, "sum"), outer: change(outer, "outer") };
}

/** The sums of statistics, each under the statistics' key and its own name. */
export function namedSums<T>(statistics: ReadonlyMap<string, Statistics<T>>): Map<string, T> {
  const named = new Map<string, T>();
  for (const [key, each] of statistics) mapSums(each, (sum, name) => named.set(`${key} ${name}`, sum));
  return named;
}

/** Statistics with each sum replaced by the value under its name in {@linkcode namedSums}. */
export function withSums<T, U>(
  statistics: ReadonlyMap<string, Statistics<T>>,
  value: (name: string, sum: T) => U,
): Map<string, Statistics<U>> {
  return new Map(
    [...statistics].map(([key, each]) => [key, mapSums(each, (sum, name) => value(`${key} ${name}`, sum))]),
  );
}
