import { multiply, square, subtract } from "../../graph/mod.ts";
import { type Formula, formulaOption, type Loss, totalOf } from "./loss.ts";

/**
 * How far the features F are from the content picture's P. Published: ½ Σ (F − P)² (Gatys et al. 2015, equation 1).
 * Relative: Σ (F − P)² / Σ P².
 */
export const content: Loss<"content", Formula> = {
  name: "content",
  description: "keeps the photograph's features in place",
  sort: "content",
  options: formulaOption,
  build({ features, target, energy, owned }, { formula }) {
    const error = totalOf(square(subtract(features, target)), owned);
    return multiply(error, formula === "published" ? 0.5 : 1 / energy);
  },
};
