import { add, constant, multiply, type Node, square, subtract, total } from "../../graph/mod.ts";
import { type Loss, sumOfSquares } from "./loss.ts";
import { meanSquare, momentsOf, momentsOfTarget } from "./moments.ts";

/** Least value of |Σ′|² as a share of the squared Gram matrix: a picture of one colour has no covariance. */
const floor = 1e-3;

/**
 * The squared errors of mean μ and covariance Σ of the features against the style picture's μ′ and Σ′, each relative:
 * |μ − μ′|² over the mean square of the style picture's features, and |Σ − Σ′|² / |Σ′|².
 */
export const meanCovariance: Loss<"style", Record<never, never>> = {
  name: "mean-covariance",
  description: "gives the features the painting's mean and covariance, which a Gram matrix mixes",
  sort: "style",
  options: {},
  build({ statistics, target }) {
    const found = momentsOf(statistics);
    const wanted = momentsOfTarget(target);
    const distance = (seen: Node, goal: Float32Array) =>
      total(square(subtract(seen, constant(goal, seen.shape.slice(-2)))));
    const mean = distance(found.mean, wanted.mean);
    const covariance = distance(found.covariance, wanted.covariance);
    const [batch] = statistics.sum.shape;
    const size = Math.max(sumOfSquares(wanted.covariance), floor * sumOfSquares(target.outer) / target.count ** 2);
    return add(multiply(mean, 1 / meanSquare(target) / batch), multiply(covariance, 1 / size / batch));
  },
};
