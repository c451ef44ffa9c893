import { averagePool, input, type Node, sizeOf } from "../graph/mod.ts";
import { channelsOf, layerNames, type Network, parameterShapes } from "../weights/network.ts";
import { openSafetensors, type Tensor } from "../weights/safetensors.ts";
import { display } from "../weights/source.ts";
import { UserError } from "./errors.ts";
import type { ImageTensor, StyleTensor, Tensors } from "./mean_subtract.ts";
import { constantParameters, networkGraph, type NetworkOptions } from "./network_graph.ts";
import { meanOf, type Plane } from "./plane.ts";
import { type Guide, guidingOf } from "./guides.ts";
import type { Context, Stage } from "./stage.ts";
import { namedSums, type Statistics, statisticsOf, withSums } from "./statistics.ts";
import { ownedOf, paste, shrunk, sizeAt, windowOf } from "./tiles/planes.ts";
import { reachOf } from "./tiles/reach.ts";
import { summation } from "./tiles/sums.ts";
import { amountOf } from "./tiles/budget.ts";
import type { Grid } from "./tiles/grid.ts";
import { forwardGrid } from "./tiles/plan.ts";
import type { Size } from "./picture.ts";
import { type View, viewOf } from "./tiles/view.ts";

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
      enum: ["average", "max", "l2"],
      default: "average",
      flag: "pooling",
      description:
        "how the network's pooling layers pool: average paints smoother, l2 (root of the mean square) between",
    },
    rescale: {
      type: "boolean",
      default: false,
      description: "make pooled values as large as those of max, which VGG was trained with: average × 2, l2 × 1.56",
    },
    padding: {
      type: "string",
      enum: ["zero", "replicate", "reflect", "replicate-first", "reflect-first"],
      default: "zero",
      description:
        "what a convolution sees beyond the border; with -first the others than the first see zeros, which is faster",
    },
  },
  create: (options) =>
    async function featureExtract(tensors, context) {
      const { network, weights } = context;
      const loaded = await context.share(`parameters ${weights.href}`, async () => new Map<string, Tensor>());
      const parameter = constantParameters(loaded);
      const graph = async (image: Node, layers: readonly string[], what: string) => {
        await load(context, layers, loaded);
        return fitting(image, what, () => networkGraph(network, parameter, image, layers, options));
      };
      return {
        tensors,
        graph,
        targets: async (contentLayers, styleLayers, factors) => {
          const content = await contentFeatures(tensors.content, contentLayers, graph, context);
          const styles = styleLayers.length > 0 ? tensors.styles : [];
          const regions = await regionsOf(styles, async (style) => {
            const key = JSON.stringify([weights.href, options, styleLayers, factors, await digestOf(style)]);
            const look = () => styleStatistics(style, styleLayers, factors, graph, context);
            return await context.share(`statistics ${key}`, look);
          });
          return { content, regions };
        },
      };
    },
} satisfies Stage<"tensors", "features", NetworkOptions>;

/** What tells one style from another: the sizes of picture and mask, and the SHA-256 of their values. */
async function digestOf({ image, mask }: StyleTensor): Promise<string[]> {
  return await Promise.all([image, ...mask ? [mask] : []].map(async ({ width, height, data }) => {
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", data as Float32Array<ArrayBuffer>));
    return `${width}×${height} ${hash.toHex()}`;
  }));
}

/** The regions of styles that cover anything, their statistics taken by `look`. */
export async function regionsOf(
  styles: readonly StyleTensor[],
  look: (style: StyleTensor) => Promise<Region["styles"][number]["levels"]>,
): Promise<Region[]> {
  const regions: Region[] = [];
  for (const [where, members] of Map.groupBy(styles, ({ where }) => where)) {
    const share = where ? meanOf(where) : 1;
    if (share === 0) continue;
    const seen = [];
    for (const style of members) seen.push({ weight: style.weight, levels: await look(style) });
    regions.push({ where, share, styles: seen });
  }
  return regions;
}

/** What of the memory a picture may take that is only looked at: most is held by pictures and by what is seen. */
const lookingShare = 1 / 4;

/** The windows in which a picture is looked at. */
function windowsFor(
  size: Size,
  layers: readonly string[],
  { network, memory = Infinity }: Context,
): Grid {
  const grid = forwardGrid(size, network, layers, memory * lookingShare);
  if (grid) return grid;
  throw new UserError(`${amountOf(memory)} of memory do not suffice to look at ${size.width}×${size.height} pixels`, {
    hint: "grant more with --memory, or take a smaller --size",
  });
}

/** Looks at the content picture, window by window where it has to be. */
async function contentFeatures(
  image: ImageTensor,
  layers: readonly string[],
  build: Features["graph"],
  context: Context,
) {
  const whole = await build(imageNode(image), layers, "the photograph");
  const features = new Map(layers.map((layer): [string, FeatureValues] => {
    const { shape } = whole.get(layer)!;
    return [layer, { shape, data: new Float32Array(sizeOf(shape)) }];
  }));
  if (layers.length === 0) return features;
  const grid = windowsFor(image, layers, context);
  const view = viewOf(grid);
  const outputs = Object.fromEntries(await build(view.image, layers, "the photograph"));
  await using program = await (await context.engine()).compile({ outputs });
  for (const tile of grid.tiles) {
    const values = await program.run(view.feeds(tile, image));
    for (const [layer, { data }] of features) {
      const { stride } = reachOf(context.network, [layer]);
      const whole = sizeAt(image, stride);
      paste(values[layer], windowOf(tile, grid, stride), data, whole, ownedOf(tile, stride));
    }
  }
  return features;
}

/** Adds up what a style picture shows at each of its sizes, window by window where it has to be. */
async function styleStatistics(
  { image, mask }: StyleTensor,
  layers: readonly string[],
  factors: readonly number[],
  build: Features["graph"],
  context: Context,
) {
  const node = imageNode(image);
  const levels = new Map<number, Map<string, Statistics<Float32Array>>>();
  for (const factor of factors) {
    const what = factor === 1 ? "a painting" : `a painting reduced by ${factor}`;
    const features = await build(fitting(node, what, () => reduced(node, factor)), layers, what);
    const level = shrunk(image, factor);
    const statistics = statisticsByLayer(features, layers, context.network, (stride) => guidingOf(level)(stride, mask));
    const see = async ({ image, guide }: View) =>
      namedSums(
        statisticsByLayer(await build(image, layers, what), layers, context.network, (stride) => guide(stride, mask)),
      );
    const grid = windowsFor(level, layers, context);
    const pass = await summation(grid, see, await context.engine());
    const sums = await pass(level);
    levels.set(factor, withSums(statistics, (name) => sums.get(name)!));
  }
  return levels;
}

/**
 * An image reduced by a whole factor: what a level of the pyramid looks at.
 *
 * @throws {RangeError} where nothing would be left of it.
 */
export function reduced(image: Node, factor: number): Node {
  return factor === 1 ? image : averagePool(image, factor);
}

/**
 * The statistics of each layer's features.
 *
 * @param guide Gives how much each position counts, by the layer's stride.
 */
export function statisticsByLayer(
  features: ReadonlyMap<string, Node>,
  layers: readonly string[],
  network: Network,
  guide: (stride: number) => Guide | undefined,
): Map<string, Statistics<Node>> {
  return new Map(layers.map((layer) => {
    const { stride } = reachOf(network, [layer]);
    return [layer, statisticsOf(features.get(layer)!, channelsOf(network, layer), guide(stride))];
  }));
}

function imageNode({ width, height }: ImageTensor): Node {
  return input("image", [1, 3, height, width]);
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
