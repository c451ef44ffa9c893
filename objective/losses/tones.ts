import {
  add,
  averagePool,
  border,
  divide,
  mean,
  multiply,
  type Node,
  sqrt,
  square,
  subtract,
  total,
} from "../../graph/mod.ts";
import type { Loss } from "./loss.ts";

/** Positions along each side over which features are averaged: strokes are finer, and remain free. */
const patch = 8;

/** The axes of a channel: its rows and columns. */
const places = [2, 3];

/** Added to the variance of a channel, in squared units of features: where the photograph is even, nothing is asked. */
const epsilon = 1;

/**
 * 1 − Pearson's correlation of the features F with the content picture's P, both averaged over patches of 8 × 8
 * positions: the mean over channels. It is 0 for any palette of the painting that keeps light and dark in their places,
 * and at most 2. A face then does not fall into light and dark patches. Its weights in the presets are our own.
 */
export const tones: Loss<"content", Record<never, never>> = {
  name: "tones",
  description: "keeps light and dark in their places, whatever the palette: for faces",
  sort: "content",
  // A correlation is none of its parts'.
  whole: true,
  options: {},
  build({ features, target }) {
    const [painted, photograph] = [features, target].map(centred);
    const [ours, theirs] = [painted, photograph].map((x) => add(mean(square(x), places), epsilon));
    const likeness = divide(mean(multiply(painted, photograph), places), sqrt(multiply(ours, theirs)));
    const [batch, channels] = likeness.shape;
    return multiply(total(subtract(1, likeness)), 1 / (batch * channels));
  },
};

/**
 * Features averaged over patches, the mean of each channel taken away. The outermost patches are half mirrored, so that
 * every position counts, whatever the size.
 */
function centred(features: Node): Node {
  const [, , height, width] = features.shape;
  const side = Math.min(patch, height, width);
  const before = Math.floor(side / 2);
  const after = (length: number) => (side - (length + before) % side) % side;
  const pooled = averagePool(border(features, "reflect", [before, before, after(height), after(width)]), side);
  return subtract(pooled, mean(pooled, places));
}
