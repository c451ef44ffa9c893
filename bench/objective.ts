/**
 * What the benches evaluate: the objective as loss-build makes it, on VGG-19 with seeded random weights.
 *
 * @module
 */
import { add, constant, gradient, type Graph, input, multiply, sizeOf } from "../graph/mod.ts";
import { content } from "../objective/losses/content.ts";
import { gram } from "../objective/losses/gram.ts";
import { constantParameters, networkGraph, type Parameters } from "../networks/describing.ts";
import { randomFrom } from "../base/random.ts";
import { statisticsOf } from "../objective/statistics.ts";
import { networks, parameterShapes } from "../networks/network.ts";

const styleLayers = { conv1_1: 0.5, conv2_1: 1, conv3_1: 1.5, conv4_1: 3, conv5_1: 4 };
const contentLayer = "conv5_2";
const layers = [...Object.keys(styleLayers), contentLayer];

/** Value, terms and gradient (`slope`) at an image of `size` × `size`. */
export function objective(size: number): Graph {
  const random = randomFrom(1);
  const image = input("image", [1, 3, size, size]);
  const features = networkGraph(networks.vgg19, constantParameters(randomParameters(random)), image, layers, {
    pooling: "average",
    rescale: false,
    padding: "zero",
  });
  const terms = Object.entries(styleLayers).map(([layer, weight]) => {
    const statistics = statisticsOf(features.get(layer)!, features.get(layer)!.shape[1]);
    const outer = new Float32Array(statistics.channels ** 2);
    const target = { ...statistics, sum: new Float32Array(statistics.channels), outer };
    return multiply(gram.build({ statistics, target }, { formula: "published" }), 100 * weight);
  });
  const seen = features.get(contentLayer)!;
  const target = constant(0, seen.shape);
  terms.push(multiply(content.build({ features: seen, target, energy: 1 }, { formula: "published" }), 5));
  const total = terms.reduce(add);
  const [slope] = gradient(total, [image]);
  return { outputs: { total, slope, ...Object.fromEntries(terms.map((term, i) => [`term${i}`, term])) } };
}

/** Uniform kernels of He et al.'s variance 2 / fan-in (arXiv:1502.01852), which keep the features' size. */
function randomParameters(random: () => number): Parameters {
  return new Map([...parameterShapes(networks.vgg19, layers)].map(([name, shape]) => {
    const length = sizeOf(shape);
    const bound = shape.length === 1 ? 0 : Math.sqrt(6 / (length / shape[0]));
    return [name, { shape, data: new Float32Array(length).map(() => bound * (2 * random() - 1)) }];
  }));
}

/** A seeded image of `size` × `size`. */
export function imageOf(size: number): Float32Array {
  const random = randomFrom(2);
  return new Float32Array(3 * size * size).map(() => 255 * random() - 128);
}
