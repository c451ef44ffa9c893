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

/** What style terms ask for of a picture. */
export interface AskedOfStyles {
  /** The layers whose statistics are taken. */
  readonly styleLayers: readonly string[];
  /** The reductions of the picture at which they are taken: 1, 2, 4, … */
  readonly factors: readonly number[];
  /** The share of its reach that a layer's sums leave out along the borders. */
  readonly margin: number;
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
  /** Takes the features of the content, and what is asked of the style pictures. */
  targets(contentLayers: readonly string[], styles: AskedOfStyles): Promise<Targets>;
}
