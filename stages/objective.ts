/**
 * The objective in two halves. What it sees of an image is sums over positions: an image may be looked at in parts, and
 * what is seen of the parts adds up. The style terms then judge the sums.
 *
 * @module
 */
import { add, constant, multiply, type Node } from "../graph/mod.ts";
import { type Features, reduced, type Region, statisticsByLayer, type Targets } from "./feature_extract.ts";
import type { Loss, LossSort } from "./losses/loss.ts";
import { losses } from "./losses/mod.ts";
import type { LossBuildOptions } from "./loss_build.ts";
import { blended, type Statistics } from "./statistics.ts";
import type { Network } from "../weights/network.ts";

/** A term with its loss found, its options complete, its weight multiplied by α or β. */
export interface ActiveTerm {
  readonly name: string;
  readonly loss: Loss;
  readonly weight: number;
  readonly layers: Readonly<Record<string, number>>;
  readonly options: object;
}

/** One number of the objective: a term at a layer, or a term of the image. */
export interface TermValue {
  /** Such as `style/conv1_1`, or `smooth`. */
  readonly name: string;
  readonly weight: number;
  /** A scalar, the weight left out. */
  readonly node: Node;
}

/** What is seen of an image. */
export interface Sight {
  /** The terms that are sums over positions by themselves: those of content and image. */
  readonly values: readonly TermValue[];
  /** What the style terms judge, under the keys of {@linkcode statisticsKey}. */
  readonly statistics: ReadonlyMap<string, Statistics<Node>>;
}

/** The terms whose weight is above 0. */
export function activeTerms({ contentWeight, styleWeight, terms }: LossBuildOptions): ActiveTerm[] {
  return Object.entries(terms).flatMap(([name, { loss: lossName, weight, layers = {}, ...given }]) => {
    const loss = losses[lossName];
    const total = weight * { content: contentWeight, style: styleWeight, image: 1 }[loss.sort as LossSort];
    const defaults = Object.fromEntries(Object.entries(loss.options).map(([key, schema]) => [key, schema.default]));
    const used = Object.fromEntries(Object.entries(layers).filter(([, layerWeight]) => layerWeight > 0));
    const seesSomething = loss.sort === "image" || Object.keys(used).length > 0;
    return total > 0 && seesSomething
      ? [{ name, loss, weight: total, layers: used, options: { ...defaults, ...given } }]
      : [];
  });
}

/** The layers that terms of a sort name. */
export function layersOf(terms: readonly ActiveTerm[], sort: LossSort): string[] {
  return [...new Set(terms.flatMap(({ loss, layers }) => loss.sort === sort ? Object.keys(layers) : []))];
}

/**
 * The key of a layer's statistics at a reduction of the image.
 *
 * @param region Number of the region, where there are several.
 */
export function statisticsKey(layer: string, factor: number, region?: number): string {
  return `${layer}${factor === 1 ? "" : `@1/${factor}`}${region === undefined ? "" : `#${region}`}`;
}

/** The regions with their numbers, from 1; a region alone has none. */
function numbered(regions: readonly Region[]): { region: Region; number?: number }[] {
  return regions.map((region, i) => ({ region, number: regions.length > 1 ? i + 1 : undefined }));
}

/**
 * What the terms see of an image node [1, 3, H, W].
 *
 * @param factors The reductions at which styles are compared.
 */
export async function look(
  image: Node,
  terms: readonly ActiveTerm[],
  factors: readonly number[],
  targets: Targets,
  { graph }: Pick<Features, "graph">,
  network: Network,
): Promise<Sight> {
  const [contentLayers, styleLayers] = [layersOf(terms, "content"), layersOf(terms, "style")];
  const features = await graph(image, [...new Set([...contentLayers, ...styleLayers])], "the result");
  const statistics = new Map<string, Statistics<Node>>();
  for (const factor of factors) {
    const level = factor === 1
      ? features
      : await graph(reduced(image, factor), styleLayers, `the result reduced by ${factor}`);
    for (const { region: { where }, number } of numbered(targets.regions)) {
      for (const [layer, sums] of statisticsByLayer(level, styleLayers, network, where)) {
        statistics.set(statisticsKey(layer, factor, number), sums);
      }
    }
  }
  const values = terms.flatMap(({ name, loss, weight, layers, options }): TermValue[] => {
    if (loss.sort === "image") return [{ name, weight, node: loss.build({ image }, options) }];
    if (loss.sort === "style") return [];
    return Object.entries(layers).map(([layer, layerWeight]) => ({
      name: `${name}/${layer}`,
      weight: weight * layerWeight,
      node: loss.build({ features: features.get(layer)!, target: targets.content.get(layer)! }, options),
    }));
  });
  return { values, statistics };
}

/**
 * The style terms at given statistics: one value per region, layer and reduction. A region counts by its area, so that
 * a stroke is worth the same in a small one as in a large one.
 *
 * @param blend Whether several styles become one target, or add up as losses by their shares.
 */
export function judge(
  terms: readonly ActiveTerm[],
  statistics: Sight["statistics"],
  factors: readonly number[],
  { regions }: Targets,
  blend: LossBuildOptions["blend"],
): TermValue[] {
  const styleTerms = terms.filter(({ loss }) => loss.sort === "style");
  return numbered(regions).flatMap(({ region, number }) =>
    styleTerms.flatMap(({ name, loss, weight, layers, options }) =>
      Object.entries(layers).flatMap(([layer, layerWeight]) =>
        factors.map((factor) => {
          const key = statisticsKey(layer, factor, number);
          const judged = targetsOf(region, layer, factor, blend).map(({ weight: share, statistics: target }) =>
            multiply(loss.build({ statistics: statistics.get(key)!, target }, options), share)
          );
          return { name: `${name}/${key}`, weight: weight * layerWeight * region.share, node: judged.reduce(add) };
        })
      )
    )
  );
}

/** What a region's layer is compared with, each with its share. */
function targetsOf({ styles }: Region, layer: string, factor: number, blend: LossBuildOptions["blend"]) {
  const parts = styles.map(({ weight, levels }) => ({ weight, statistics: levels.get(factor)!.get(layer)! }));
  return blend === "losses" ? parts : [{ weight: 1, statistics: blended(parts) }];
}

/** Σ of the weighted terms. */
export function weightedSum(values: readonly TermValue[]): Node {
  return values.map(({ weight, node }) => multiply(node, weight)).reduce(add, constant(0));
}
