import { add, averagePool, concat, constant, conv2d, maxPool, type Node, relu, reshape, slice } from "../graph/mod.ts";
import type { Network } from "../weights/network.ts";
import type { Tensor } from "../weights/safetensors.ts";

/** How a network is read as a graph. */
export interface NetworkOptions {
  /** Average pooling paints smoother than the maximum that VGG was trained with (Gatys et al. 2015, section 2). */
  readonly pooling: "average" | "max";
  /** What a convolution sees beyond the border. */
  readonly padding: "zero" | "replicate" | "reflect";
}

/** Kernels and biases of a network by name, such as `conv1_1.weight` [out, in, 3, 3] and `conv1_1.bias` [out]. */
export type Parameters = ReadonlyMap<string, Tensor>;

/** The names of the arrays that a network needs up to the last of `layers`. */
export function parameterNames(network: Network, layers: readonly string[]): string[] {
  return upTo(network, layers).flatMap((layer) =>
    layer.type === "conv" ? [`${layer.name}.weight`, `${layer.name}.bias`] : []
  );
}

/**
 * The features [1, N, H, W] of an image [1, 3, H, W] at the named layers, after their ReLU.
 *
 * @throws {RangeError} where the image is too small for the network.
 */
export function networkGraph(
  network: Network,
  parameters: Parameters,
  image: Node,
  layers: readonly string[],
  options: NetworkOptions,
): Map<string, Node> {
  const pool = options.pooling === "average" ? averagePool : maxPool;
  const features = new Map<string, Node>();
  let x = image;
  for (const layer of upTo(network, layers)) {
    if (layer.type === "pool") {
      x = pool(x, 2);
      continue;
    }
    const weight = parameters.get(`${layer.name}.weight`)!;
    const bias = parameters.get(`${layer.name}.bias`)!;
    const convolved = options.padding === "zero"
      ? conv2d(x, constant(weight.data, weight.shape), { padding: [1, 1, 1, 1] })
      : conv2d(bordered(x, options.padding), constant(weight.data, weight.shape));
    x = relu(add(convolved, reshape(constant(bias.data, bias.shape), [1, bias.data.length, 1, 1])));
    if (layers.includes(layer.name)) features.set(layer.name, x);
  }
  return features;
}

function upTo(network: Network, layers: readonly string[]) {
  return network.layers.slice(0, network.layers.findLastIndex((layer) => layers.includes(layer.name)) + 1);
}

/** One more row and column on each side: the border's own (replicate), or the one inside it (reflect). */
function bordered(x: Node, padding: "replicate" | "reflect"): Node {
  const inset = padding === "replicate" ? 0 : 1;
  return [2, 3].reduce((node, axis) => {
    const last = node.shape[axis] - 1;
    return concat([line(node, axis, inset), node, line(node, axis, last - inset)], axis);
  }, x);
}

function line(x: Node, axis: number, index: number): Node {
  const starts = x.shape.map((_, i) => i === axis ? index : 0);
  return slice(x, starts, x.shape.map((n, i) => i === axis ? index + 1 : n));
}
