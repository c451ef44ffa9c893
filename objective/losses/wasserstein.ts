import { add, constant, expand, matmul, multiply, square, subtract, total } from "../../graph/mod.ts";
import { type Formula, formulaOption, type Loss } from "./loss.ts";
import { matrixRoots, traceOfRoot } from "./matrix_root.ts";
import { identity, trace } from "./matrix.ts";
import { meanSquare, momentsOf, momentsOfTarget } from "./moments.ts";

/** Variance added to both sides in every direction, as a share of the mean square of the style's features. */
const blur = 1e-4;

/**
 * The squared Wasserstein-2 distance of the Gaussians that have the mean and covariance of the features and of the style
 * picture's (Dowson and Landau 1982): |μ − μ′|² + tr(Σ + Σ′ − 2 (Σ′^½ Σ Σ′^½)^½). Relative: over the mean square of the
 * style picture's features, which is its squared distance from zero. Published: over the number of channels, as in
 * https://github.com/crowsonkb/style-transfer-pytorch, there for an image of 0..1 scaled to unit variance.
 */
export const wasserstein: Loss<"style", Formula> = {
  name: "wasserstein",
  description: "carries the features' distribution over to the painting's by the shortest way",
  sort: "style",
  options: formulaOption,
  build({ statistics, target }, { formula }) {
    const size = meanSquare(target);
    const variance = blur * size;
    const found = momentsOf(statistics);
    const wanted = momentsOfTarget(target);
    const matrix = found.covariance.shape.slice(-2);
    const blurred = multiply(identity(matrix), variance);
    const covariance = add(found.covariance, blurred);
    const goal = add(constant(wanted.covariance, matrix), blurred);

    const root = expand(matrixRoots(goal, Math.sqrt(blur)).root, covariance.shape);
    // The norm of a covariance is about a tenth of the mean square or less, so that of A about a hundredth of its square.
    const transported = traceOfRoot(matmul(matmul(root, covariance), root), 10 * blur);
    const spread = subtract(add(trace(covariance), trace(goal)), multiply(transported, 2));
    const difference = subtract(found.mean, constant(wanted.mean, found.mean.shape.slice(-2)));
    const shift = total(square(difference), difference.shape.length - 2);
    const factor = formula === "published" ? 1 / statistics.channels : 1 / size;
    return multiply(total(add(shift, spread)), factor / statistics.sum.shape[0]);
  },
};
