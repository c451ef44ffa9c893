import type { Network } from "../networks/network.ts";
import type { SceneInfo, StyleUse } from "../pictures/scene.ts";
import type { ImageTensor } from "../pictures/tensor.ts";

/** A style picture with its use. */
export interface StyleTensor extends StyleUse {
  /** The picture. */
  readonly image: ImageTensor;
}

/** What mean-subtract gives: the pictures of one scale in a network's input convention. */
export interface Tensors {
  /** The pictures without their pixels. */
  readonly pictures: SceneInfo;
  /** The photograph. */
  readonly content: ImageTensor;
  /** The photograph's numbers, if nobody else needs their memory: it may become that of a painting. */
  readonly spare?: Float32Array;
  /** The paintings with their uses. */
  readonly styles: readonly StyleTensor[];
  /** The picture from which the optimiser starts, if not the content. */
  readonly start?: ImageTensor;
  /** The result of the scale before, at this scale's size. */
  readonly previous?: ImageTensor;
  /** The network in whose input convention they are. */
  readonly network: Network;
  /** URL of its weights. */
  readonly weights: URL;
}
