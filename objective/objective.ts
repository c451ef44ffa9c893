/**
 * The objective in two halves. What it sees of an image is sums over positions: an image may be looked at in parts, and
 * what is seen of the parts adds up. The style terms then judge the sums.
 *
 * @module
 */
import {
  type ActiveTerm,
  activeTerms,
  type Asked,
  askedBy,
  layersAt,
  layersOf,
  type ObjectiveOptions,
} from "./terms.ts";
import { add, constant, multiply, type Node, type Shape } from "../graph/mod.ts";
import type { Features, Region, Targets } from "./features.ts";
import { reduced, statisticsByLayer } from "./statistics_by_layer.ts";
import { type Guiding, guidingOf } from "./guides.ts";
import { sumOfSquares, termOf } from "./losses/loss.ts";
import { toTensor } from "../networks/input.ts";
import { blended, type Statistics } from "./statistics.ts";
import type { Contents } from "./tiles/contents.ts";
import { sizeAt } from "./tiles/planes.ts";
import { reachOf } from "../networks/reach.ts";
import type { Owned } from "./tiles/view.ts";
import type { Network } from "../networks/network.ts";

/** One number of the objective: a term at a layer, or a term of the image. */
export interface TermValue {
  /** Such as `style/conv1_1`, or `smooth`. */
  readonly name: string;
  readonly weight: number;
  /** A scalar, the weight left out. */
  readonly node: Node;
}

/** All that an objective is made of. */
export interface ObjectiveParts {
  readonly terms: readonly ActiveTerm[];
  /** What the terms ask for. */
  readonly asked: Asked;
  readonly targets: Targets;
  /** Σ P² of the content picture's features by layer. */
  readonly energies: ReadonlyMap<string, number>;
  readonly blend: ObjectiveOptions["blend"];
  readonly graph: Features["graph"];
  readonly network: Network;
}

/** Which part of a picture an image node shows. */
export interface ImagePart {
  /** Number of pixels of the whole picture. */
  readonly pixels: number;
  /** Absent where the part is the whole. */
  readonly owned?: Owned;
  readonly guide: Guiding;
  /** The content picture's features at a layer, as far as the part goes. */
  content(layer: string, shape: Shape): Node;
}

/** What is seen of an image. */
export interface Seen {
  /** The terms that are sums over positions by themselves: those of content and image. */
  readonly values: readonly TermValue[];
  /** What the style terms judge, under the keys of {@linkcode statisticsKey}. */
  readonly statistics: ReadonlyMap<string, Statistics<Node>>;
}

/**
 * Takes an objective's options and targets together.
 *
 * @param contents The content picture's features, where they lie elsewhere than among the targets.
 */
export async function partsOf(
  options: ObjectiveOptions,
  features: Features,
  network: Network,
  contents?: Pick<Contents, "energies">,
): Promise<ObjectiveParts> {
  const terms = activeTerms(options);
  const asked = askedBy(terms, options.pyramid);
  const targets = await features.targets(contents ? [] : asked.contentLayers, asked.styleLayers, asked.factors);
  const energies = contents?.energies ??
    new Map([...targets.content].map(([layer, { data }]) => [layer, sumOfSquares(data)]));
  return { terms, asked, targets, energies, blend: options.blend, graph: features.graph, network };
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
 * What the terms see of an image node [1, 3, H, W], or of a part of one.
 *
 * @param image The image, reduced already.
 * @param factor By how much it is reduced.
 */
export async function look(
  image: Node,
  factor: number,
  parts: ObjectiveParts,
  { pixels, owned, guide, content }: ImagePart,
): Promise<Seen> {
  const { terms, energies, graph, network } = parts;
  const what = factor === 1 ? "the result" : `the result reduced by ${factor}`;
  const features = await graph(image, layersAt(terms, factor), what);
  const values = factor > 1 ? [] : terms.flatMap(({ name, loss, weight, layers, options }): TermValue[] => {
    if (loss.sort === "image") {
      const [black, white] = [0, 255].map((level) => levelOf(level, network));
      return [{ name, weight, node: termOf(loss, { image, black, white, pixels, owned: owned?.(1) }, options) }];
    }
    if (loss.sort === "style") return [];
    return Object.entries(layers).map(([layer, layerWeight]) => {
      const seen = features.get(layer)!;
      const inputs = {
        features: seen,
        target: content(layer, seen.shape),
        energy: energies.get(layer)!,
        owned: owned?.(reachOf(network, [layer]).stride),
      };
      return { name: `${name}/${layer}`, weight: weight * layerWeight, node: termOf(loss, inputs, options) };
    });
  });
  return { values, statistics: statisticsAt(features, factor, parts, guide) };
}

/** A level (0..255) of all colours as a network takes it: [1, 3, 1, 1]. */
function levelOf(level: number, network: Network): Node {
  const pixel = { width: 1, height: 1, data: new Float32Array(3).fill(level) };
  return constant(toTensor(pixel, network).data, [1, 3, 1, 1]);
}

/** What the style terms judge of the features of an image, or of a part of it. */
export function statisticsAt(
  features: ReadonlyMap<string, Node>,
  factor: number,
  { terms, targets, network }: ObjectiveParts,
  guide: Guiding,
): Seen["statistics"] {
  const layers = layersOf(terms, "style");
  return new Map(
    numbered(targets.regions).flatMap(({ region: { where }, number }) => {
      const statistics = statisticsByLayer(features, layers, network, (stride) => guide(stride, where));
      return [...statistics].map(([layer, sums]) => [statisticsKey(layer, factor, number), sums] as const);
    }),
  );
}

/** What the terms see of a whole image node [1, 3, H, W], at all of its sizes. */
export async function lookAtAll(image: Node, parts: ObjectiveParts, content: ImagePart["content"]): Promise<Seen> {
  const [, , height, width] = image.shape;
  const allSeen: Seen[] = [];
  for (const factor of parts.asked.factors) {
    const guide = guidingOf(sizeAt({ width, height }, factor));
    allSeen.push(await look(reduced(image, factor), factor, parts, { pixels: width * height, guide, content }));
  }
  return {
    values: allSeen.flatMap(({ values }) => values),
    statistics: new Map(allSeen.flatMap(({ statistics }) => [...statistics])),
  };
}

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
          return { name: `${name}/${key}`, weight: weight * layerWeight * region.share, node: judged.reduce(add) };
        })
      )
    )
  );
}

/** What a region's layer is compared with, each with its share. */
function targetsOf({ styles }: Region, layer: string, factor: number, blend: ObjectiveOptions["blend"]) {
  const parts = styles.map(({ weight, reductions }) => ({ weight, statistics: reductions.get(factor)!.get(layer)! }));
  return blend === "losses" ? parts : [{ weight: 1, statistics: blended(parts) }];
}

/** Σ of the weighted terms. */
export function sumOfTerms(values: readonly TermValue[]): Node {
  return values.map(({ weight, node }) => multiply(node, weight)).reduce(add, constant(0));
}
