import type { Engine } from "../../engines/engine.ts";
import { sizeOf } from "../../graph/mod.ts";
import type { ImageTensor, StyleTensor, Tensors } from "../../stages/mean_subtract.ts";
import type { Parameters } from "../../stages/network_graph.ts";
import { randomFrom } from "../../stages/random.ts";
import { type Network, parameterShapes } from "../../weights/network.ts";
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
export function tinyTensors(content: ImageTensor, styles: readonly StyleTensor[]): Tensors {
  return { pictures: { content, styles: [], sizes: [content], name: "tiny" }, content, styles };
}
