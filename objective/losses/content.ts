import { divide, multiply, square, subtract, total } from "../../graph/mod.ts";
import { type Formula, formulaOption, type Loss, totalOf } from "./loss.ts";

/**
 * The squared error of the features F against the content picture's P. Published: ½ Σ (F − P)² (Gatys et al. 2015, equation 1).
 * Relative: Σ (F − P)² / Σ P².
 */
export const content: Loss<"content", Formula> = {
  name: "content",
  description: "keeps the photograph's features in place",
  sort: "content",
  options: formulaOption,
  build({ features, target, energy, owned }, { formula }) {
    const errors = square(subtract(features, target));
    const [batch] = features.shape;
    if (formula === "published") return multiply(totalOf(errors, owned), 0.5 / batch);
    if (typeof energy === "number") return multiply(totalOf(errors, owned), 1 / energy / batch);
    return multiply(total(divide(totalOf(errors, owned, 1), energy)), 1 / batch);
  },
};
