import { constant, multiply, square, subtract, total } from "../../graph/mod.ts";
import { type Formula, formulaOption, type Loss, sumOfSquares } from "./loss.ts";

/**
 * The squared error of the Gram matrix G over M positions against the style picture's A over its own M′. Published:
 * 1/(4 N²) Σ (G/M − A/M′)², which is Gatys et al. 2015, equation 4, if both pictures have one size. Relative:
 * Σ (G/M − A/M′)² / Σ (A/M′)².
 */
export const gram: Loss<"style", Formula> = {
  name: "gram",
  description: "makes the features occur together as often as in the painting",
  sort: "style",
  options: formulaOption,
  build({ statistics, target }, { formula }) {
    const { count, channels, outer } = statistics;
    const wanted = target.outer.map((value) => value / target.count);
    const difference = subtract(multiply(outer, 1 / count), constant(wanted, outer.shape.with(0, 1)));
    const factor = formula === "published" ? 1 / (4 * channels ** 2) : 1 / sumOfSquares(wanted);
    return multiply(total(square(difference)), factor / outer.shape[0]);
  },
};
