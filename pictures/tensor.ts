import type { Size } from "./picture.ts";

/** A picture as a network takes it: planes [1, 3, height, width] in its channel order, its mean taken away. */
export interface ImageTensor extends Size {
  /** Row-major. */
  readonly data: Float32Array;
}
