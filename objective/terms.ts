import { objectSchema } from "../chain/schema.ts";
import { withDefaults } from "../chain/walk.ts";
import type { Node } from "../graph/mod.ts";
import type { Network } from "../networks/network.ts";
import { reachOf } from "../networks/reach.ts";
import type { Size } from "../pictures/picture.ts";
import type { AskedOfStyles } from "./features.ts";
import type { Loss, LossSort } from "./losses/loss.ts";

/** Options of loss-build: the terms of an objective. */
export interface ObjectiveOptions {
  /** α of the paper: multiplies every term that sees the content. */
  readonly contentWeight: number;
  /** β of the paper: multiplies every term that sees a style. */
  readonly styleWeight: number;
  /** How many times the picture is halved: at each size, style terms see its statistics again. */
  readonly pyramid: number;
  /** The share of its reach that a layer's statistics leave out along the borders, 0..1. */
  readonly margin: number;
  /** How several styles of one place are mixed: into one target of their statistics, or as losses of their own. */
  readonly blend: "statistics" | "losses";
  /** The terms of the objective by names of the author's choice. */
  readonly terms: Readonly<Record<string, Term>>;
}

/** One term of the objective; further keys are the options of its loss. */
export interface Term {
  /** The loss. */
  readonly loss: Loss;
  /** Multiplies the term. */
  readonly weight: number;
  /** Layers with their weights, for a loss that sees features. */
  readonly layers?: Readonly<Record<string, number>>;
  /** An option of its loss. */
  readonly [option: string]: unknown;
}

/** A term that counts: its options complete, its weight multiplied by α or β. */
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
  /** What its loss compares the image with. */
  readonly sort: LossSort;
  /** Multiplies it in the objective. */
  readonly weight: number;
  /** A scalar, the weight left out. */
  readonly node: Node;
}

/** The layers and reductions of a picture that terms ask for. */
export interface Asked extends Omit<AskedOfStyles, "margin"> {
  readonly contentLayers: readonly string[];
  /** The name of a loss that needs the picture as a whole; absent if none does. */
  readonly whole?: string;
}

/** The terms with a weight above 0 and, if they see features, a layer with one. */
export function activeTerms({ contentWeight, styleWeight, terms }: Omit<ObjectiveOptions, "pyramid">): ActiveTerm[] {
  return Object.entries(terms).flatMap(([name, { loss, weight, layers = {}, ...given }]) => {
    const total = weight * { content: contentWeight, style: styleWeight, image: 1 }[loss.sort as LossSort];
    const used = Object.fromEntries(Object.entries(layers).filter(([, layerWeight]) => layerWeight > 0));
    const seesSomething = loss.sort === "image" || Object.keys(used).length > 0;
    return total > 0 && seesSomething
      ? [{
        name,
        loss,
        weight: total,
        layers: used,
        options: withDefaults(given, objectSchema(loss.options)) as object,
      }]
      : [];
  });
}

/** Least positions along each side of a reduced picture: padding that mirrors needs two. */
const leastPositions = 2;

/**
 * What terms ask for of pictures that are halved so many times, or as often as the smallest of them allows.
 *
 * @param sizes Of the photograph, and of the paintings if they are known.
 */
export function askedBy(
  terms: readonly ActiveTerm[],
  pyramid: number,
  network: Network,
  sizes: readonly Size[],
): Asked {
  const styleLayers = layersOf(terms, "style");
  const { stride } = reachOf(network, styleLayers);
  const side = Math.min(...sizes.flatMap(({ width, height }) => [width, height]));
  const halvings = styleLayers.length > 0 ? pyramid : 0;
  const factors = Array.from({ length: halvings + 1 }, (_, i) => 2 ** i)
    .filter((factor) => factor === 1 || Math.floor(side / factor / stride) >= leastPositions);
  const whole = terms.find(({ loss }) => loss.whole)?.loss.name;
  return { contentLayers: layersOf(terms, "content"), styleLayers, factors, whole };
}

/** The layers that terms of a sort name. */
export function layersOf(terms: readonly ActiveTerm[], sort: LossSort): string[] {
  return [...new Set(terms.flatMap(({ loss, layers }) => loss.sort === sort ? Object.keys(layers) : []))];
}

/** The layers that terms see of the picture reduced by a factor: only styles are compared at its smaller sizes. */
export function layersAt(terms: readonly ActiveTerm[], factor: number): string[] {
  const style = layersOf(terms, "style");
  return factor === 1 ? [...new Set([...layersOf(terms, "content"), ...style])] : style;
}
