import { add, multiply, type Node, relu, square, subtract } from "../../graph/mod.ts";
import { type Loss, totalOf } from "./loss.ts";

/**
 * Mean over pixels and channels of the squared distance beyond black or white, where the result is clamped and what an
 * optimiser gains is lost.
 */
export const range: Loss<"image", Record<never, never>> = {
  name: "range",
  description: "keeps the picture between black and white, where the result is cut off",
  sort: "image",
  options: {},
  build({ image, black, white, pixels, owned }) {
    const beyond = (x: Node) => totalOf(square(relu(x)), owned);
    const both = add(beyond(subtract(black, image)), beyond(subtract(image, white)));
    return multiply(both, 1 / (image.shape[0] * image.shape[1] * pixels));
  },
};
