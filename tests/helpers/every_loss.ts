import type { Term } from "../../objective/terms.ts";
import { losses } from "../../objective/losses/mod.ts";

/**
 * Every loss that can be seen in windows, with every one of its formulas or powers, each as a term of its own, at the
 * layers of its sort.
 */
export function everyLoss(
  layers: Readonly<Record<"content" | "style", Readonly<Record<string, number>>>>,
): Record<string, Term> {
  return Object.fromEntries(
    Object.values(losses).filter((loss) => !loss.whole).flatMap((loss) => {
      const shown = loss.sort === "image" ? {} : { layers: layers[loss.sort as "content" | "style"] };
      const plain = { loss, weight: 1, ...shown };
      const variants = Object.entries(loss.options).flatMap(([name, { enum: values = [] }]) =>
        values.map((value) => [`${loss.name} ${value}`, { ...plain, [name]: value }] as const)
      );
      return variants.length > 0 ? variants : [[loss.name, plain] as const];
    }),
  );
}
