/**
 * The second half of an objective: the style terms, as functions of the sums that look.ts sees, and the sum of all terms.
 *
 * @module
 */
import { add, constant, multiply, type Node } from "../graph/mod.ts";
import type { Seen } from "./look.ts";
import { termOf } from "./losses/loss.ts";
import type { ObjectiveParts } from "./parts.ts";
import { numbered, type Region, statisticsKey } from "./regions.ts";
import { blended } from "./statistics.ts";
import type { ObjectiveOptions, TermValue } from "./terms.ts";

/**
 * The style terms at given statistics: one value per region, layer and reduction. A region counts by its area, so that
 * a stroke is worth the same in a small one as in a large one.
 */
export function judge(
  { terms, asked: { factors }, targets: { regions }, blend }: ObjectiveParts,
  statistics: Seen["statistics"],
): TermValue[] {
  const styleTerms = terms.filter(({ loss }) => loss.sort === "style");
  return numbered(regions).flatMap(({ region, number }) =>
    styleTerms.flatMap(({ name, loss, weight, layers, options }) =>
      Object.entries(layers).flatMap(([layer, layerWeight]) =>
        factors.map((factor) => {
          const key = statisticsKey(layer, factor, number);
          const judged = targetsOf(region, layer, factor, blend).map(({ weight: share, statistics: target }) =>
            multiply(termOf(loss, { statistics: statistics.get(key)!, target }, options), share)
          );
          return {
            name: `${name}/${key}`,
            sort: loss.sort,
            weight: weight * layerWeight * region.share,
            node: judged.reduce(add),
          };
        })
      )
    )
  );
}

/** The statistics with which a layer of a region is compared, each with its share. */
function targetsOf({ styles }: Region, layer: string, factor: number, blend: ObjectiveOptions["blend"]) {
  const parts = styles.map(({ weight, reductions }) => ({ weight, statistics: reductions.get(factor)!.get(layer)! }));
  return blend === "losses" ? parts : [{ weight: 1, statistics: blended(parts) }];
}

/** Σ of the weighted terms. */
export function sumOfTerms(values: readonly TermValue[]): Node {
  return values.map(({ weight, node }) => multiply(node, weight)).reduce(add, constant(0));
}
