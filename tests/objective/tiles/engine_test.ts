import assert from "node:assert/strict";
import { openEngine } from "../../../engines/mod.ts";
import { featureExtract } from "../../../stages/feature_extract.ts";
import { scratchFile } from "../../../base/scratch.ts";
import { lossBuild } from "../../../stages/loss_build.ts";
import { activeTerms, layersAt, layersOf, type ObjectiveOptions } from "../../../objective/terms.ts";
import type { ImageTensor } from "../../../pictures/tensor.ts";
import type { NetworkOptions } from "../../../networks/describing.ts";
import { partsOf } from "../../../objective/parts.ts";
import { randomFrom } from "../../../base/random.ts";
import { contentsInFile, contentsInMemory } from "../../../objective/tiles/contents.ts";
import { gridOf } from "../../../objective/tiles/grid.ts";
import { tiledObjective } from "../../../objective/tiles/tiled_objective.ts";
import { reachOf } from "../../../networks/reach.ts";
import { locateNetwork } from "../../../weights/locate.ts";
import { contextFor } from "../../helpers/context.ts";
import { everyLoss } from "../../helpers/every_loss.ts";

const options: ObjectiveOptions = {
  contentWeight: 1,
  styleWeight: 1,
  pyramid: 0,
  margin: 0,
  blend: "statistics",
  terms: everyLoss({ content: { conv2_1: 1, conv3_4: 1 }, style: { conv1_1: 1, conv2_1: 1, conv3_1: 1, conv3_4: 1 } }),
};

/**
 * Relative distances of the tiled objective's value and gradient from those of the whole picture, in float32: with the
 * content picture's features in memory, and in a file.
 */
async function distances(width: number, height: number, network: NetworkOptions) {
  await using resources = new AsyncDisposableStack();
  const engine = resources.use(await openEngine("onnx-cpu", { threads: 1 }));
  const located = await locateNetwork("vgg19-mini", "");
  const disposeLater = (resource: AsyncDisposable) => void resources.use(resource);
  const context = contextFor({ ...located, engine: async () => engine, disposeLater });
  const tensors = {
    pictures: { sizes: [], photograph: () => Promise.reject(new Error("there is none")), name: "noise" },
    content: noise(width, height, 1),
    styles: [{ image: noise(96, 80, 2), weight: 1 }],
    ...located,
  };
  const features = await featureExtract.create(network)(tensors, context);
  const { data } = noise(width, height, 3);
  const whole = await (await lossBuild.create(options)(features, context)).evaluate(data);

  const layers = layersOf(activeTerms(options), "content");
  const grid = gridOf({ width, height }, reachOf(located.network, layersAt(activeTerms(options), 1)), 2, 2)!;
  assert.equal(grid.tiles.length, 4);
  assert.ok(grid.window.width < width && grid.window.height < height);
  const inFile = await contentsInFile(features, layers, grid, located.network, engine, await scratchFile());
  const inMemory = contentsInMemory(
    (await features.targets(layers, { styleLayers: [], factors: [], margin: 0 })).content,
    grid,
    located.network,
  );
  const found = [];
  for (const contents of [inMemory, inFile]) {
    const parts = await partsOf(options, features, located.network, contents);
    await using objective = await tiledObjective(
      parts,
      { width, height },
      [{ factor: 1, sums: grid, slopes: grid }],
      contents,
      engine,
    );
    const tiled = await objective.evaluate(data);
    found.push({
      value: Math.abs(tiled.value / whole.value - 1),
      gradient: length(tiled.gradient.map((g, i) => g - whole.gradient[i])) / length(whole.gradient),
    });
  }
  return found;
}

function length(x: Float32Array): number {
  return Math.sqrt(x.reduce((sum, value) => sum + value * value, 0));
}

function noise(width: number, height: number, seed: number): ImageTensor {
  const random = randomFrom(seed);
  return { width, height, data: new Float32Array(3 * width * height).map(() => 255 * random() - 128) };
}

const cases: readonly [number, number, NetworkOptions["pooling"], NetworkOptions["padding"]][] = [
  [512, 512, "average", "replicate"],
  [157, 163, "average", "zero"],
  [163, 157, "max", "reflect"],
  [161, 158, "max", "zero"],
  [158, 161, "l2", "replicate"],
];

for (const [width, height, pooling, padding] of cases) {
  Deno.test(`on ONNX Runtime ${width}×${height} in tiles equals the whole: ${pooling} pooling, ${padding} padding`, async () => {
    for (const { value, gradient } of await distances(width, height, { pooling, rescale: false, padding })) {
      assert.ok(value < 1e-5, `value: relative distance ${value}`);
      assert.ok(gradient < 1e-4, `gradient: relative L2 distance ${gradient}`);
    }
  });
}
