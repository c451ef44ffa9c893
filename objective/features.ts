import type { Node } from "../graph/mod.ts";
import type { Region } from "./regions.ts";
import type { Tensors } from "./tensors.ts";

/** Feature values of a layer [1, channels, height, width]. */
export interface FeatureValues {
  /** [1, channels, height, width]. */
  readonly shape: readonly number[];
  /** Row-major. */
  readonly data: Float32Array;
}

/** What the losses compare with, by layer. */
export interface Targets {
  /** The content picture's features. */
  readonly content: ReadonlyMap<string, FeatureValues>;
  /** Where styles apply; one region, unless there are masks. */
  readonly regions: readonly Region[];
}

/** What feature-extract gives: the network as a graph, and the targets of whichever layers the losses name. */
export interface Features {
  /** The pictures that it looks at. */
  readonly tensors: Tensors;
  /**
   * The features of an image node [1, 3, H, W] at each named layer.
   *
   * @param what What an error calls the image.
   */
  graph(image: Node, layers: readonly string[], what: string): Promise<ReadonlyMap<string, Node>>;
  /** Looks at the content and, reduced by each of the factors, at the style pictures: once, for these layers alone. */
  targets(
    contentLayers: readonly string[],
    styleLayers: readonly string[],
    factors: readonly number[],
  ): Promise<Targets>;
}
