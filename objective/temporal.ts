import type { ImageTensor } from "../pictures/tensor.ts";
import type { Evaluation } from "./evaluation.ts";

/** What a frame of a film is held to. */
export interface Held {
  /** The painted frames before, moved to where the frame has them, in the network's convention. */
  readonly before: ImageTensor;
  /** How far each pixel of it can be trusted [height, width], 0..1. */
  readonly confidence: Float32Array;
  /** Multiplies the loss in the objective. */
  readonly weight: number;
}

/** The name of the term among those of the objective. */
const name = "temporal";

/** A level in units of white. */
const unit = 255;

/**
 * Adds the temporal loss to an evaluation of the objective at an image: the mean over pixels and channels of
 * confidence · (image − before)², levels in units of white (Ruder, Dosovitskiy, Brox 2016, equation 7). It needs no
 * network, and is no part of the graph: so it is the same for a picture that is seen at once and for one in windows.
 */
export function heldTo({ before, confidence, weight }: Held, image: Float32Array, evaluation: Evaluation): Evaluation {
  const area = confidence.length;
  const share = 1 / (image.length * unit ** 2);
  const gradient = evaluation.gradient.slice();
  let sum = 0;
  for (let plane = 0; plane < image.length; plane += area) {
    for (let i = 0; i < area; i++) {
      const apart = image[plane + i] - before.data[plane + i];
      const pull = confidence[i] * apart;
      sum += pull * apart;
      gradient[plane + i] += 2 * weight * share * pull;
    }
  }
  const term = sum * share;
  return { value: evaluation.value + weight * term, terms: { ...evaluation.terms, [name]: term }, gradient };
}
