import { layerNames, networks } from "../weights/network.ts";
import { add, constant, gradient, input, multiply, type Node } from "../graph/mod.ts";
import { type Features, reduced, statisticsByLayer, type Targets } from "./feature_extract.ts";
import type { Loss, LossSort } from "./losses/loss.ts";
import { losses } from "./losses/mod.ts";
import type { ValueSchema } from "./schema.ts";
import type { Stage } from "./stage.ts";
import { termFaults } from "./term_faults.ts";
import type { Statistics } from "./statistics.ts";

/** Options of loss-build. */
export interface LossBuildOptions {
  /** α of the paper: multiplies every term that sees the content. */
  readonly contentWeight: number;
  /** β of the paper: multiplies every term that sees a style. */
  readonly styleWeight: number;
  /** How many times the picture is halved: at each size, style terms see its statistics again. */
  readonly pyramid: number;
  /** The terms of the objective by names of the author's choice. */
  readonly terms: Readonly<Record<string, Term>>;
}

/** One term of the objective; further keys are the options of its loss. */
export interface Term {
  /** Name of the loss. */
  readonly loss: string;
  /** Multiplies the term. */
  readonly weight: number;
  /** Layers with their weights, for a loss that sees features. */
  readonly layers?: Readonly<Record<string, number>>;
  readonly [option: string]: unknown;
}

/** The objective at one image. */
export interface Evaluation {
  /** Σ of the weighted terms. */
  readonly value: number;
  /** Every term by `name/layer` (or its name alone), its weights left out. */
  readonly terms: Readonly<Record<string, number>>;
  /** d value / d image, in the image's own layout. */
  readonly gradient: Float32Array;
}

/** What loss-build gives: the objective as a function of an image [1, 3, H, W] in the network's convention. */
export interface Objective {
  /** What loss-build was given. */
  readonly features: Features;
  /** The objective at an image. */
  evaluate(image: Float32Array): Promise<Evaluation>;
}

const lossOptions: Record<string, ValueSchema> = Object.assign(
  {},
  ...Object.values(losses).map((loss) => loss.options),
);

const layerWeight: ValueSchema = { type: "number", minimum: 0 };

const allLayers = new Set(Object.values(networks).flatMap(layerNames)).values().toArray().sort();

/** Builds the objective from its terms. */
export const lossBuild = {
  name: "loss-build",
  description: "builds the objective, with its gradient, from content, style and other terms",
  takes: "features",
  gives: "objective",
  perScale: true,
  options: {
    contentWeight: {
      type: "number",
      minimum: 0,
      default: 1,
      flag: "content-weight",
      description: "α: how much the photograph counts",
    },
    styleWeight: {
      type: "number",
      minimum: 0,
      default: 1,
      flag: "style-weight",
      description: "β: how much the painting counts",
    },
    pyramid: {
      type: "integer",
      minimum: 0,
      maximum: 6,
      default: 0,
      flag: "pyramid",
      description: "compare styles also at the picture's half size, quarter and so on, so many times: larger strokes",
    },
    terms: {
      type: "object",
      description: "the terms of the objective by names of your choice",
      default: {},
      additionalProperties: {
        type: "object",
        description: "one term",
        additionalProperties: false,
        required: ["loss"],
        properties: {
          loss: {
            type: "string",
            enum: Object.keys(losses),
            module: "loss",
            description: "name of the loss, or path or URL of a module",
          },
          weight: { type: "number", minimum: 0, default: 1, description: "multiplies the term" },
          layers: {
            type: "object",
            whole: true,
            description: "layers with their weights, such as conv3_1: 1",
            // Named for an editor's completion; which of them there are, the network says.
            properties: Object.fromEntries(allLayers.map((layer) => [layer, layerWeight])),
            additionalProperties: layerWeight,
          },
          // The schema cannot know which loss a term names: defaults and strangers are settled in this file.
          ...Object.fromEntries(Object.entries(lossOptions).map(([name, { default: _, ...rest }]) => [name, rest])),
        },
      },
    },
  },
  faults: (options, settings) => [
    ...activeTerms(options).length === 0
      ? [{
        path: "terms",
        message: "must hold at least one term with a weight above 0",
        hint: `build on the preset "painting", or add a content and a style term`,
      }]
      : [],
    ...Object.entries(options.terms).flatMap(([name, term]) => termFaults(name, term, settings)),
  ],
  create: (options) =>
    async function lossBuild(features, context) {
      const terms = activeTerms(options);
      const layersOf = (sort: LossSort) => [
        ...new Set(terms.flatMap((term) => term.loss.sort === sort ? Object.keys(term.layers) : [])),
      ];
      const [contentLayers, styleLayers] = [layersOf("content"), layersOf("style")];
      const factors = Array.from({ length: options.pyramid + 1 }, (_, i) => 2 ** i);
      const targets = await features.targets(contentLayers, styleLayers, factors);

      const { width, height } = features.tensors.content;
      const image = input("image", [1, 3, height, width]);
      const seen: Seen = {
        image,
        features: await features.graph(image, [...new Set([...contentLayers, ...styleLayers])], "the result"),
        levels: new Map(),
        targets,
      };
      for (const factor of factors) {
        const level = factor === 1
          ? seen.features
          : await features.graph(reduced(image, factor), styleLayers, `the result reduced by ${factor}`);
        seen.levels.set(factor, statisticsByLayer(level, styleLayers, context.network));
      }
      const values = terms.flatMap((term) => termValues(term, seen));
      const total = values.map(({ weight, node }) => multiply(node, weight)).reduce(add, constant(0));
      const [slope] = gradient(total, [image]);

      const outputs = { ...Object.fromEntries(values.map(({ name, node }) => [`term ${name}`, node])), total, slope };
      const program = await (await context.engine()).compile({ outputs });
      context.own(program);
      return {
        features,
        async evaluate(data) {
          const results = await program.run({ image: data });
          return {
            value: results.total[0],
            terms: Object.fromEntries(values.map(({ name }) => [name, results[`term ${name}`][0]])),
            gradient: results.slope,
          };
        },
      };
    },
} satisfies Stage<"features", "objective", LossBuildOptions>;

/** A term with its loss found, its options complete, its weight multiplied by α or β. */
interface ActiveTerm {
  readonly name: string;
  readonly loss: Loss;
  readonly weight: number;
  readonly layers: Readonly<Record<string, number>>;
  readonly options: object;
}

function activeTerms({ contentWeight, styleWeight, terms }: LossBuildOptions): ActiveTerm[] {
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

/** The nodes of an image and what they are compared with. */
interface Seen {
  readonly image: Node;
  readonly features: ReadonlyMap<string, Node>;
  /** By reduction of the image, then by layer. */
  readonly levels: Map<number, ReadonlyMap<string, Statistics<Node>>>;
  readonly targets: Targets;
}

function termValues(term: ActiveTerm, seen: Seen): { name: string; weight: number; node: Node }[] {
  const { name, loss, weight, layers, options } = term;
  if (loss.sort === "image") return [{ name, weight, node: loss.build({ image: seen.image }, options) }];
  return Object.entries(layers).flatMap(([layer, layerWeight]) => {
    const value = { name: `${name}/${layer}`, weight: weight * layerWeight };
    if (loss.sort === "style") return styleValues(value, layer, term, seen);
    const target = seen.targets.content.get(layer)!;
    return [{ ...value, node: loss.build({ features: seen.features.get(layer)!, target }, options) }];
  });
}

/** One value per level of the pyramid; several styles add up by their shares. */
function styleValues(
  { name, weight }: { name: string; weight: number },
  layer: string,
  { loss, options }: ActiveTerm,
  { levels, targets }: Seen,
) {
  return [...levels].map(([factor, statistics]) => ({
    name: factor === 1 ? name : `${name}@1/${factor}`,
    weight,
    node: targets.styles.map(({ weight: share, levels: wanted }) => {
      const target = wanted.get(factor)!.get(layer)!;
      return multiply(loss.build({ statistics: statistics.get(layer)!, target }, options), share);
    }).reduce(add),
  }));
}
