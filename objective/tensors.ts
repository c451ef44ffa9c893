import type { Network } from "../networks/network.ts";
import type { SceneInfo, StyleUse } from "../pictures/scene.ts";
import type { ImageTensor } from "../pictures/tensor.ts";

/** A style picture with its use. */
export interface StyleTensor extends StyleUse {
  /** The picture. */
  readonly image: ImageTensor;
}

/** The pictures of a place as a network takes them: what mean-subtract gives. */
export interface Tensors {
  /** The pictures that they were, without their pixels. */
  readonly pictures: SceneInfo;
  /** The photograph. */
  readonly content: ImageTensor;
  /** The paintings with their uses. */
  readonly styles: readonly StyleTensor[];
  /** Where the optimiser shall start, if not from the content. */
  readonly start?: ImageTensor;
  /** The result of the scale before, at this scale's size. */
  readonly previous?: ImageTensor;
  /** The network in whose input convention they are. */
  readonly network: Network;
  /** Where its weights are. */
  readonly weights: URL;
}
