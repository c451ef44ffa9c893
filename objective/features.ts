import type { Node } from "../graph/mod.ts";
import { meanOf, type Plane } from "../pictures/plane.ts";
import type { Statistics } from "./statistics.ts";
import type { StyleTensor, Tensors } from "./tensors.ts";

/** Feature values of a layer [1, channels, height, width]. */
export interface FeatureValues {
  /** [1, channels, height, width]. */
  readonly shape: readonly number[];
  /** Row-major. */
  readonly data: Float32Array;
}

/** What the losses compare with, by layer. */
export interface Targets {
  /** The content picture's features. */
  readonly content: ReadonlyMap<string, FeatureValues>;
  /** Where styles apply; one region, unless there are masks. */
  readonly regions: readonly Region[];
}

/** A part of the result with the styles that it shall have. */
export interface Region {
  /** How much of each pixel belongs to it; everything unless given. */
  readonly where?: Plane;
  /** How much of the whole it is. */
  readonly share: number;
  /** The statistics of each style picture, with its share in the region. */
  readonly styles: readonly {
    readonly weight: number;
    /** By reduction of the picture (1, 2, 4, …), then by layer. */
    readonly reductions: ReadonlyMap<number, ReadonlyMap<string, Statistics<Float32Array>>>;
  }[];
}

/** What feature-extract gives: the network as a graph, and the targets of whichever layers the losses name. */
export interface Features {
  /** The pictures that it looks at. */
  readonly tensors: Tensors;
  /**
   * The features of an image node [1, 3, H, W] at each named layer.
   *
   * @param what What an error calls the image.
   */
  graph(image: Node, layers: readonly string[], what: string): Promise<ReadonlyMap<string, Node>>;
  /** Looks at the content and, reduced by each of the factors, at the style pictures: once, for these layers alone. */
  targets(
    contentLayers: readonly string[],
    styleLayers: readonly string[],
    factors: readonly number[],
  ): Promise<Targets>;
}

/** The regions of styles that cover anything, their statistics taken by `look`. */
export async function regionsOf(
  styles: readonly StyleTensor[],
  look: (style: StyleTensor) => Promise<Region["styles"][number]["reductions"]>,
): Promise<Region[]> {
  const regions: Region[] = [];
  for (const [where, members] of Map.groupBy(styles, ({ where }) => where)) {
    const share = where ? meanOf(where) : 1;
    if (share === 0) continue;
    const seen = [];
    for (const style of members) seen.push({ weight: style.weight, reductions: await look(style) });
    regions.push({ where, share, styles: seen });
  }
  return regions;
}
