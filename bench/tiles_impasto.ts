/**
 * One contender of bench/tiles.ts: arguments are the size, the memory, the padding, the network and its weights.
 *
 * @module
 */
import { loadPreset } from "../presets/load.ts";
import { optionsOf } from "../presets/preset.ts";
import { openEngine } from "../engines/mod.ts";
import { scratchIn } from "../base/scratch.ts";
import { featureExtract } from "../stages/feature_extract.ts";
import { lossBuild, objectiveAt } from "../stages/loss_build.ts";
import { evaluationOf } from "../objective/evaluate.ts";
import type { ImageTensor } from "../pictures/tensor.ts";
import { describe } from "../objective/tiles/plan.ts";
import type { NetworkOptions } from "../networks/describing.ts";
import { randomFrom } from "../base/random.ts";
import type { Context } from "../chain/stage.ts";
import { memoryOf } from "../base/memory.ts";
import { locateNetwork } from "../weights/locate.ts";
import { answer, peakBytes } from "./contender.ts";

const [size, memory, padding, name, location] = Deno.args;
const preset = await loadPreset("painting", [], { incomplete: true });
const { network, weights } = await locateNetwork(name, location);

await using engine = await openEngine("onnx-cpu");
const compute = { network, weights, memory: memoryOf(memory), engine: async () => engine, scratch: scratchIn() };
await using objective = await objectiveOfNoise();
const image = noise(Number(size), 3);

await answer(async () => {
  const began = performance.now();
  await objective.evaluate(image.data);
  const seconds = (performance.now() - began) / 1000;
  return { seconds, peakBytes: peakBytes(), plannedBytes: objective.plan.bytes, plan: describe(objective.plan) };
});

/** A function of its own, so that the content is released before the evaluation, as in a run. */
async function objectiveOfNoise() {
  const content = noise(Number(size), 1);
  const styles = [{ image: noise(512, 2), weight: 1 }];
  const tensors = { pictures: undefined as never, content, styles, network, weights };
  const extract = featureExtract.create({
    pooling: "average",
    rescale: false,
    padding: padding as NetworkOptions["padding"],
  });
  const options = objectiveAt(optionsOf(preset, lossBuild)!, 0);
  const context = { compute, share: (_: string, make: () => unknown) => make() } as unknown as Context;
  // An evaluation by itself: the image and its gradient.
  return await evaluationOf(options, await extract(tensors, context), 2, { ...compute, report: () => {} });
}

function noise(side: number, seed: number): ImageTensor {
  const random = randomFrom(seed);
  const data = new Float32Array(3 * side * side);
  for (let i = 0; i < data.length; i++) data[i] = 255 * random() - 128;
  return { width: side, height: side, data };
}
