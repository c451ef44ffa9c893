import { abs, add, multiply, type Node, slice, square, subtract } from "../../graph/mod.ts";
import { type Loss, totalOf } from "./loss.ts";

/** Options of the total variation. */
interface TotalVariationOptions {
  /** The power that differences are raised to: 1 keeps edges, 2 smooths all. */
  readonly power: 1 | 2;
}

/** Mean over pixels and channels of |difference| or difference² to the right and to the bottom neighbour. */
export const totalVariation: Loss<"image", TotalVariationOptions> = {
  name: "total-variation",
  description: "smooths the picture: sums the differences of neighbouring pixels",
  sort: "image",
  options: {
    power: { type: "integer", enum: [1, 2], default: 2, description: "1 keeps edges, 2 smooths all" },
  },
  build({ image, pixels, owned }, { power }) {
    const measure = (x: Node) => totalOf(power === 1 ? abs(x) : square(x), owned);
    const differences = add(measure(differenceAlong(image, 2)), measure(differenceAlong(image, 3)));
    return multiply(differences, 1 / (image.shape[0] * image.shape[1] * pixels));
  },
};

/** Each element's difference from the next; a line of one has a single difference of 0. */
function differenceAlong(x: Node, axis: number): Node {
  if (x.shape[axis] === 1) return subtract(x, x);
  const zeros = x.shape.map(() => 0);
  const later = slice(x, zeros.with(axis, 1), x.shape);
  return subtract(later, slice(x, zeros, x.shape.with(axis, x.shape[axis] - 1)));
}
