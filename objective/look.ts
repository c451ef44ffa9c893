/**
 * The first half of an objective: what it sees of an image. All of that is sums over positions, so that an image may be
 * looked at in parts, and what is seen of the parts adds up. The other half, judge.ts, needs nothing but these sums.
 *
 * @module
 */
import { constant, type Node, type Shape } from "../graph/mod.ts";
import { toTensor } from "../networks/input.ts";
import type { Network } from "../networks/network.ts";
import { reachOf } from "../networks/reach.ts";
import { type Guiding, guidingOf } from "./guides.ts";
import { termOf } from "./losses/loss.ts";
import type { ObjectiveParts } from "./parts.ts";
import { reduced } from "./pyramid.ts";
import { numbered, statisticsKey } from "./regions.ts";
import { type Statistics, statisticsByLayer } from "./statistics.ts";
import { layersAt, layersOf, type TermValue } from "./terms.ts";
import { sizeAt } from "./tiles/planes.ts";
import type { Owned } from "./tiles/view.ts";

/** The part of a picture that an image node shows. */
interface ImagePart {
  /** Number of pixels of the whole picture. */
  readonly pixels: number;
  /** The positions that the part owns; absent if it is the whole picture. */
  readonly owned?: Owned;
  readonly guide: Guiding;
  /** The content picture's features at a layer, as far as the part goes. */
  content(layer: string, shape: Shape): Node;
}

/** All that an objective sees of an image. */
export interface Seen {
  /** The terms of content and image, which are sums over positions themselves. */
  readonly values: readonly TermValue[];
  /** The statistics for the style terms, under the keys of {@linkcode statisticsKey}. */
  readonly statistics: ReadonlyMap<string, Statistics<Node>>;
}

/**
 * Builds what the terms see of an image node [1, 3, H, W], or of a part of one.
 *
 * @param image The image, reduced already.
 * @param factor The factor by which it is reduced.
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
    const { sort } = loss;
    if (sort === "image") {
      const [black, white] = [0, 255].map((level) => levelOf(level, network));
      return [{ name, sort, weight, node: termOf(loss, { image, black, white, pixels, owned: owned?.(1) }, options) }];
    }
    if (sort === "style") return [];
    return Object.entries(layers).map(([layer, layerWeight]) => {
      const seen = features.get(layer)!;
      const inputs = {
        features: seen,
        target: content(layer, seen.shape),
        energy: energies.get(layer)!,
        owned: owned?.(reachOf(network, [layer]).stride),
      };
      return { name: `${name}/${layer}`, sort, weight: weight * layerWeight, node: termOf(loss, inputs, options) };
    });
  });
  return { values, statistics: statisticsAt(features, factor, parts, guide) };
}

/** A grey level (0..255) in a network's input convention: [1, 3, 1, 1]. */
function levelOf(level: number, network: Network): Node {
  const pixel = { width: 1, height: 1, data: new Float32Array(3).fill(level) };
  return constant(toTensor(pixel, network).data, [1, 3, 1, 1]);
}

/** The statistics for the style terms, from the features of an image or of a part of it. */
export function statisticsAt(
  features: ReadonlyMap<string, Node>,
  factor: number,
  { terms, targets, network, margin }: ObjectiveParts,
  guide: Guiding,
): Seen["statistics"] {
  const layers = layersOf(terms, "style");
  return new Map(
    numbered(targets.regions).flatMap(({ region: { where }, number }) => {
      const statistics = statisticsByLayer(features, layers, network, (reach) => guide(reach, margin, where));
      return [...statistics].map(([layer, sums]) => [statisticsKey(layer, factor, number), sums] as const);
    }),
  );
}

/** Builds what the terms see of a whole image node [1, 3, H, W], at each of its reductions. */
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
