import type { Size } from "./picture.ts";

/** A picture in a network's input convention: [1, 3, height, width] in its channel order, minus its mean. */
export interface ImageTensor extends Size {
  /** Row-major. */
  readonly data: Float32Array;
}
