import { add, averagePool, border, constant, conv2d, maxPool, type Node, relu } from "../graph/mod.ts";
import { layersUpTo, type Network } from "../weights/network.ts";
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
  for (const layer of layersUpTo(network, layers)) {
    if (layer.type === "pool") {
      x = pool(x, 2);
      continue;
    }
    x = options.padding === "zero"
      ? relu(convolved(x, layer.name, parameters, 1))
      : relu(convolved(border(x, options.padding), layer.name, parameters, 0));
    if (layers.includes(layer.name)) {
      features.set(layer.name, layer.head ? convolved(x, `${layer.name}.head`, parameters, 0) : x);
    }
  }
  return features;
}

function convolved(x: Node, name: string, parameters: Parameters, padding: number): Node {
  const weight = parameters.get(`${name}.weight`)!;
  const bias = parameters.get(`${name}.bias`)!;
  const products = conv2d(x, constant(weight.data, weight.shape), { padding: [padding, padding, padding, padding] });
  return add(products, constant(bias.data, [1, bias.data.length, 1, 1]));
}
