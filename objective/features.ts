import type { Node } from "../graph/mod.ts";
import type { Region } from "./regions.ts";
import type { Tensors } from "./tensors.ts";

/** The features of a layer as values. */
export interface FeatureValues {
  /** [1, channels, height, width]. */
  readonly shape: readonly number[];
  /** Row-major. */
  readonly data: Float32Array;
}

/** The values that the losses compare the result with. */
export interface Targets {
  /** The content picture's features by layer. */
  readonly content: ReadonlyMap<string, FeatureValues>;
  /** The regions of the result with their styles; a single one without masks. */
  readonly regions: readonly Region[];
}

/** What feature-extract gives: the network as a graph, and the targets of the layers that the losses name. */
export interface Features {
  /** The pictures whose features are taken. */
  readonly tensors: Tensors;
  /**
   * The features of an image node [1, 3, H, W] at each named layer.
   *
   * @param what The name of the image in an error.
   */
  graph(image: Node, layers: readonly string[], what: string): Promise<ReadonlyMap<string, Node>>;
  /** Takes the features of the content, and the statistics of the style pictures reduced by each of the factors. */
  targets(
    contentLayers: readonly string[],
    styleLayers: readonly string[],
    factors: readonly number[],
  ): Promise<Targets>;
}
