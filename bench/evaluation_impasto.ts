/**
 * One contender of bench/evaluation.ts: the objective as loss-build makes it, on the onnx engine.
 *
 * @module
 */
import { openEngine } from "../engines/mod.ts";
import { add, gradient, input, multiply, type Node, sizeOf } from "../graph/mod.ts";
import { content } from "../stages/losses/content.ts";
import { gram } from "../stages/losses/gram.ts";
import { networkGraph, type Parameters } from "../stages/network_graph.ts";
import { randomFrom } from "../stages/random.ts";
import { statisticsOf } from "../stages/statistics.ts";
import { networks, parameterShapes } from "../weights/network.ts";
import { TextLineStream } from "./lines.ts";

const styleLayers = { conv1_1: 0.5, conv2_1: 1, conv3_1: 1.5, conv4_1: 3, conv5_1: 4 };
const contentLayer = "conv5_2";
const size = Number(Deno.args[0]);
const random = randomFrom(1);
const layers = [...Object.keys(styleLayers), contentLayer];

await using engine = await openEngine("onnx-cpu");
await using program = await engine.compile({ outputs: objective() });
const image = new Float32Array(3 * size * size).map(() => 255 * random() - 128);
await program.run({ image });

for await (const _ of Deno.stdin.readable.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream())) {
  const began = performance.now();
  await program.run({ image });
  console.log(JSON.stringify({ seconds: (performance.now() - began) / 1000, peakBytes: peakBytes() }));
}

function objective(): Record<string, Node> {
  const image = input("image", [1, 3, size, size]);
  const features = networkGraph(networks.vgg19, randomParameters(), image, layers, {
    pooling: "average",
    padding: "zero",
  });
  const terms = Object.entries(styleLayers).map(([layer, weight]) => {
    const statistics = statisticsOf(features.get(layer)!, features.get(layer)!.shape[1]);
    const outer = new Float32Array(statistics.channels ** 2);
    const target = { ...statistics, sum: new Float32Array(statistics.channels), outer };
    return multiply(gram.build({ statistics, target }, { formula: "published" }), 100 * weight);
  });
  const seen = features.get(contentLayer)!;
  const target = { shape: seen.shape, data: new Float32Array(sizeOf(seen.shape)) };
  terms.push(multiply(content.build({ features: seen, target }, { formula: "published" }), 5));
  const total = terms.reduce(add);
  const [slope] = gradient(total, [image]);
  return { total, slope, ...Object.fromEntries(terms.map((term, i) => [`term${i}`, term])) };
}

/** Uniform kernels of He et al.'s variance 2 / fan-in (arXiv:1502.01852), which keep the features' size. */
function randomParameters(): Parameters {
  return new Map([...parameterShapes(networks.vgg19, layers)].map(([name, shape]) => {
    const length = sizeOf(shape);
    const bound = shape.length === 1 ? 0 : Math.sqrt(6 / (length / shape[0]));
    return [name, { shape, data: new Float32Array(length).map(() => bound * (2 * random() - 1)) }];
  }));
}

/** The largest resident size that this process ever had; the present one where the system does not tell. */
function peakBytes(): number {
  try {
    const [, kilobytes] = /VmHWM:\s+(\d+) kB/.exec(Deno.readTextFileSync("/proc/self/status")) ?? [];
    return Number(kilobytes) * 1024;
  } catch {
    return Deno.memoryUsage().rss;
  }
}
