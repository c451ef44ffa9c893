import {
  add,
  averagePool,
  border,
  constant,
  conv2d,
  maxPool,
  multiply,
  type Node,
  relu,
  type Shape,
  sqrt,
  square,
} from "../graph/mod.ts";
import { layersUpTo, type Network } from "./network.ts";
import type { Tensor } from "../graph/tensor.ts";

/** How a network is read as a graph. */
export interface NetworkOptions {
  /** Average pooling paints smoother than the maximum that VGG was trained with (Gatys et al. 2015, section 2). */
  readonly pooling: Pooling;
  /** Whether pooled values are scaled to about the size of those of maximum pooling. */
  readonly rescale: boolean;
  /** What a convolution reads beyond the border. */
  readonly padding: Padding;
}

/** Padding of convolutions: zeros, copies of the outermost row or column, or a mirror; for all layers or the first. */
export type Padding = "zero" | "replicate" | "reflect" | "replicate-first" | "reflect-first";

type Repeated = "replicate" | "reflect";

/** The pooling of a window of features: its mean, its maximum, or the root of its mean square. */
export type Pooling = "average" | "max" | "l2";

const pools: { readonly [K in Pooling]: (x: Node) => Node } = {
  average: (x) => averagePool(x, 2),
  max: (x) => maxPool(x, 2),
  // √x has no derivative at 0, so 1e-6 is added.
  l2: (x) => sqrt(add(averagePool(square(x), 2), 1e-6)),
};

/**
 * Factors by which pooled features become about as large as the maxima that VGG was trained with:
 * https://github.com/crowsonkb/style-transfer-pytorch, where l2 is the root of the sum of the four squares, twice ours.
 */
const poolingScales: { readonly [K in Pooling]: number } = { average: 2, max: 1, l2: 2 * 0.78 };

/** Kernels and biases of a network by name, such as `conv1_1.weight` [out, in, 3, 3] and `conv1_1.bias` [out]. */
export type Parameters = ReadonlyMap<string, Tensor>;

/**
 * Returns a parameter of a network as a node: a constant if the network is frozen, an input if it is trained. A graph
 * cannot have two inputs of one name, so a source of inputs must return the same node for the same name.
 *
 * @param name Such as `conv1_1.weight`.
 * @param shape The shape that the node must have: a kernel's [out, in, h, w], a bias's [1, out, 1, 1].
 */
export type ParameterSource = (name: string, shape: Shape) => Node;

/**
 * The parameters of a frozen network: ONNX Runtime turns kernels into its own layout beforehand if they are constants.
 * What it returns throws an Error if there is no array of a name, and a RangeError if the array's size is another one.
 */
export function constantParameters(parameters: Parameters): ParameterSource {
  return (name, shape) => {
    const parameter = parameters.get(name);
    if (!parameter) throw new Error(`Cannot build the network as it lacks ${name}`);
    return constant(parameter.data, shape);
  };
}

/**
 * The features [B, N, H, W] of images [B, 3, H, W] at the named layers, after their ReLU.
 *
 * @throws {RangeError} if the images are too small for the network.
 */
export function networkGraph(
  network: Network,
  parameter: ParameterSource,
  image: Node,
  layers: readonly string[],
  options: NetworkOptions,
): Map<string, Node> {
  const [padding, first] = options.padding.split("-") as ["zero" | Repeated, "first"?];
  const scale = options.rescale ? poolingScales[options.pooling] : 1;
  const convolved = (x: Node, name: string, channels: number, side: number, padding: number) => {
    const kernel = parameter(`${name}.weight`, [channels, x.shape[1], side, side]);
    const products = conv2d(x, kernel, { padding: [padding, padding, padding, padding] });
    return add(products, parameter(`${name}.bias`, [1, channels, 1, 1]));
  };
  const features = new Map<string, Node>();
  let x = image;
  for (const layer of layersUpTo(network, layers)) {
    if (layer.type === "pool") {
      x = pools[options.pooling](x);
      if (scale !== 1) x = multiply(x, scale);
      continue;
    }
    x = padding === "zero" || first && x !== image
      ? relu(convolved(x, layer.name, layer.channels, 3, 1))
      : relu(convolved(bordered(x, padding), layer.name, layer.channels, 3, 0));
    if (layers.includes(layer.name)) {
      features.set(layer.name, layer.head ? convolved(x, `${layer.name}.head`, layer.head.channels, 1, 0) : x);
    }
  }
  return features;
}

/** Adds a border of 1; a single row or column cannot be reflected, and is replicated. */
function bordered(x: Node, padding: Repeated): Node {
  return border(x, Math.min(x.shape[2], x.shape[3]) < 2 ? "replicate" : padding);
}
