import type { Engine } from "../../engines/engine.ts";
import { constant, type Node, sizeOf } from "../../graph/mod.ts";
import type { Features } from "../../objective/features.ts";
import { regionsOf } from "../../objective/regions.ts";
import { reduced } from "../../objective/pyramid.ts";
import { statisticsByLayer } from "../../objective/statistics.ts";
import { guidingOf } from "../../objective/guides.ts";
import type { ImageTensor } from "../../pictures/tensor.ts";
import type { StyleTensor, Tensors } from "../../objective/tensors.ts";
import { constantParameters, networkGraph, type NetworkOptions, type Parameters } from "../../networks/describing.ts";
import { randomFrom } from "../../base/random.ts";
import { sizeAt } from "../../objective/tiles/planes.ts";
import { type Network, parameterShapes } from "../../networks/network.ts";
import { interpret } from "../graph/reference.ts";

/** VGG's shape in small: three convolutions, one of which losses see through a head. */
export const tiny: Network = {
  name: "tiny",
  description: "for tests",
  licence: "none",
  reference: "none",
  input: { order: "BGR", mean: { red: 3, green: 2, blue: 1 } },
  layers: [
    { type: "conv", name: "conv1_1", channels: 4 },
    { type: "pool", name: "pool1" },
    { type: "conv", name: "conv2_1", channels: 6, head: { channels: 3, standsFor: 12 } },
    { type: "conv", name: "conv2_2", channels: 5 },
  ],
};

/** Seeded parameters in ±½. */
export function tinyParameters(seed = 1): Parameters {
  const random = randomFrom(seed);
  return new Map([...parameterShapes(tiny)].map(([name, shape]) => [
    name,
    { shape, data: new Float32Array(sizeOf(shape)).map(() => random() - 0.5) },
  ]));
}

/** A seeded image in ±1. */
export function tinyImage(width: number, height: number, seed: number): ImageTensor {
  const random = randomFrom(seed);
  return { width, height, data: new Float32Array(3 * width * height).map(() => 2 * random() - 1) };
}

/** An engine that computes in float64 by plain loops; its results stay float64. */
export function referenceEngine(): Engine {
  return {
    name: "reference",
    compile: async (graph) => ({
      run: async (feeds) =>
        Object.fromEntries(
          Object.entries(interpret(graph, feeds)).map(([name, { data }]) => [name, data as unknown as Float32Array]),
        ),
      [Symbol.asyncDispose]: async () => {},
    }),
    [Symbol.asyncDispose]: async () => {},
  };
}

/** Tensors of a content image and of style images with their uses. */
function tinyTensors(content: ImageTensor, styles: readonly StyleTensor[]): Tensors {
  const photograph = () => Promise.reject(new Error("there is none"));
  return {
    pictures: { sizes: [content], photograph, name: "tiny" },
    content,
    styles,
    network: tiny,
    weights: new URL("file:///tiny"),
  };
}

/** The features of images in memory, in float64. */
export function tinyFeatures(
  content: ImageTensor,
  styles: readonly StyleTensor[],
  options: NetworkOptions = { pooling: "average", rescale: false, padding: "replicate" },
): Features {
  const parameters = constantParameters(tinyParameters());
  const build = (image: Node, layers: readonly string[]) => networkGraph(tiny, parameters, image, layers, options);
  const asNode = ({ data, width, height }: ImageTensor) => constant(data, [1, 3, height, width]);
  const valueOf = (node: Node) => Float32Array.from(interpret({ outputs: { node } }, {}).node.data);
  return {
    tensors: tinyTensors(content, styles),
    graph: async (image, layers) => build(image, layers),
    targets: async (contentLayers, { styleLayers, factors, margin }) => ({
      content: new Map([...build(asNode(content), contentLayers)].map(([layer, node]) => [layer, {
        shape: node.shape,
        data: valueOf(node),
      }])),
      regions: await regionsOf(styles, async ({ image, mask }) =>
        new Map(factors.map((factor) => {
          const features = build(reduced(asNode(image), factor), styleLayers);
          const guide = guidingOf(sizeAt(image, factor));
          const seen = statisticsByLayer(features, styleLayers, tiny, (reach) => guide(reach, margin, mask));
          return [
            factor,
            new Map([...seen].map(([layer, { sum, outer, ...rest }]) => [
              layer,
              { ...rest, sum: valueOf(sum), outer: valueOf(outer) },
            ])),
          ];
        }))),
    }),
  };
}
