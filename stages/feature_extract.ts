import { averagePool, type Graph, input, type Node } from "../graph/mod.ts";
import { channelsOf, layerNames, type Network, parameterShapes } from "../weights/network.ts";
import { openSafetensors, type Tensor } from "../weights/safetensors.ts";
import { display } from "../weights/source.ts";
import { UserError } from "./errors.ts";
import type { ImageTensor, Tensors } from "./mean_subtract.ts";
import { networkGraph, type NetworkOptions } from "./network_graph.ts";
import type { Context, Stage } from "./stage.ts";
import { type Statistics, statisticsOf } from "./statistics.ts";

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
  /** The statistics of each style picture, with its share. */
  readonly styles: readonly {
    readonly weight: number;
    /** By reduction of the picture (1, 2, 4, …), then by layer. */
    readonly levels: ReadonlyMap<number, ReadonlyMap<string, Statistics<Float32Array>>>;
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

/** Loads the network, and lets it look at pictures. */
export const featureExtract = {
  name: "feature-extract",
  description: "loads the network and takes the features of content and styles",
  takes: "tensors",
  gives: "features",
  perScale: true,
  options: {
    pooling: {
      type: "string",
      enum: ["average", "max"],
      default: "average",
      flag: "pooling",
      description: "how the network's pooling layers pool: average paints smoother",
    },
    padding: {
      type: "string",
      enum: ["zero", "replicate", "reflect"],
      default: "zero",
      description: "what a convolution sees beyond the border",
    },
  },
  create: (options) =>
    async function featureExtract(tensors, context) {
      const { network, weights } = context;
      const parameters = await context.share(`parameters ${weights.href}`, async () => new Map<string, Tensor>());
      const graph = async (image: Node, layers: readonly string[], what: string) => {
        await load(context, layers, parameters);
        return fitting(image, what, () => networkGraph(network, parameters, image, layers, options));
      };
      return {
        tensors,
        graph,
        targets: async (contentLayers, styleLayers, factors) => {
          const content = await contentFeatures(tensors.content, contentLayers, graph, context);
          const styles = [];
          for (const { image, weight } of tensors.styles) {
            const key = JSON.stringify([weights.href, options, styleLayers, factors, await digestOf(image)]);
            const look = () => styleStatistics(image, styleLayers, factors, graph, context);
            styles.push({ weight, levels: await context.share(`statistics ${key}`, look) });
          }
          return { content, styles };
        },
      };
    },
} satisfies Stage<"tensors", "features", NetworkOptions>;

/** What tells one image from another: its size, and the SHA-256 of its values. */
async function digestOf({ width, height, data }: ImageTensor): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", data as Float32Array<ArrayBuffer>));
  return `${width}×${height} ${hash.toHex()}`;
}

type NetworkBuilder = Features["graph"];

async function contentFeatures(image: ImageTensor, layers: readonly string[], build: NetworkBuilder, context: Context) {
  const features = await build(imageNode(image), layers, "the photograph");
  const values = await evaluate({ outputs: Object.fromEntries(features) }, image, context);
  return new Map(layers.map((layer) => [layer, { shape: features.get(layer)!.shape, data: values[layer] }]));
}

async function styleStatistics(
  image: ImageTensor,
  layers: readonly string[],
  factors: readonly number[],
  build: NetworkBuilder,
  context: Context,
) {
  const whole = imageNode(image);
  const levels = new Map<number, Map<string, Statistics<Node>>>();
  for (const factor of factors) {
    const what = factor === 1 ? "a painting" : `a painting reduced by ${factor}`;
    const features = await build(fitting(whole, what, () => reduced(whole, factor)), layers, what);
    levels.set(factor, statisticsByLayer(features, layers, context.network));
  }
  const nodes = [...levels].flatMap(([factor, statistics]) =>
    [...statistics].flatMap(([layer, { sum, outer }]) => [
      [`${factor} ${layer} sum`, sum] as const,
      [`${factor} ${layer} outer`, outer] as const,
    ])
  );
  const values = await evaluate({ outputs: Object.fromEntries(nodes) }, image, context);
  return new Map([...levels].map(([factor, statistics]) => [
    factor,
    new Map([...statistics].map(([layer, { count, channels }]) => [layer, {
      count,
      channels,
      sum: values[`${factor} ${layer} sum`],
      outer: values[`${factor} ${layer} outer`],
    }])),
  ]));
}

/**
 * An image reduced by a whole factor: what a level of the pyramid looks at.
 *
 * @throws {RangeError} where nothing would be left of it.
 */
export function reduced(image: Node, factor: number): Node {
  return factor === 1 ? image : averagePool(image, factor);
}

/** The statistics of each layer's features. */
export function statisticsByLayer(features: ReadonlyMap<string, Node>, layers: readonly string[], network: Network) {
  return new Map(layers.map((layer) => [layer, statisticsOf(features.get(layer)!, channelsOf(network, layer))]));
}

function imageNode({ width, height }: ImageTensor): Node {
  return input("image", [1, 3, height, width]);
}

async function evaluate(graph: Graph, image: ImageTensor, context: Context) {
  if (Object.keys(graph.outputs).length === 0) return {};
  await using program = await (await context.engine()).compile(graph);
  return await program.run({ image: image.data });
}

/** Reads the arrays that the layers need and that are not there yet. */
async function load({ network, weights }: Context, layers: readonly string[], into: Map<string, Tensor>) {
  const missing = [...parameterShapes(network, layers)].filter(([name]) => !into.has(name));
  if (missing.length === 0) return;
  await using file = await openSafetensors(weights);
  const [absent] = missing.find(([name]) => !file.shapes.has(name)) ?? [];
  if (absent) {
    const held = layerNames(network).filter((layer) => file.shapes.has(`${layer}.weight`));
    throw new UserError(`Cannot find ${absent} in ${display(file.location)}`, {
      hint: held.length > 0 ? `it holds these layers: ${held.join(", ")}` : `it holds no weights of ${network.name}`,
    });
  }
  for (const [name, wanted] of missing) {
    const tensor = await file.tensor(name);
    if (tensor.shape.join() !== wanted.join()) {
      throw new UserError(`Cannot use ${name} of ${display(file.location)}: its shape is [${tensor.shape}]`, {
        hint: `${network.name} needs [${wanted}]`,
      });
    }
    into.set(name, tensor);
  }
}

/** Says of an image that is too small for a graph which one it is. */
function fitting<T>(image: Node, what: string, build: () => T): T {
  try {
    return build();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const [, , height, width] = image.shape;
    throw new UserError(`At ${width}×${height} pixels ${what} is too small for the layers that the preset names`, {
      hint:
        "take a larger picture or size (--size, --style-scale, decode.scales), a lower --pyramid, or earlier layers",
      cause: error,
    });
  }
}
