import assert from "node:assert/strict";
import { evaluationOf, heldTensors } from "../../../objective/evaluate.ts";
import type { ObjectiveOptions } from "../../../objective/terms.ts";
import type { NetworkOptions } from "../../../networks/describing.ts";
import type { StyleTensor } from "../../../objective/tensors.ts";
import { contextFor } from "../../helpers/context.ts";
import { everyLoss } from "../../helpers/every_loss.ts";
import { onnxEngine } from "../../../engines/onnx/engine.ts";
import { tiny, tinyFeatures, tinyImage } from "../../helpers/tiny.ts";
import { world } from "./worlds.ts";

const engine = onnxEngine({ threads: 1 });

const options: ObjectiveOptions = {
  contentWeight: 2,
  styleWeight: 3,
  pyramid: 0,
  margin: 0,
  blend: "statistics",
  terms: everyLoss({
    content: { conv1_1: 1, conv2_1: 1, conv2_2: 0.5 },
    style: { conv1_1: 1, conv2_1: 0.5, conv2_2: 1 },
  }),
};

/** The objective of an image as a whole, and in tiles of three workers. */
async function bothWays(
  [width, height]: readonly [number, number],
  side: number,
  network: NetworkOptions,
  options: ObjectiveOptions,
  [first, second]: readonly Partial<StyleTensor>[] = [],
) {
  const styles = [
    { image: tinyImage(17, 15, 2), weight: 0.25, ...first },
    { image: tinyImage(12, 21, 3), weight: 0.75, ...second },
  ];
  const features = tinyFeatures(tinyImage(width, height, 1), styles, network);
  // Whole quarters: what tiles see of each other is not rounded, reduced by 4 or not. Some of it is beyond black.
  const data = tinyImage(width, height, 4).data.map((value) => Math.round(4 * value * 4) / 4);
  const context = (cluster?: ReturnType<typeof world>["cluster"]) => {
    const { compute, report } = contextFor({ network: tiny, engine: async () => engine, cluster });
    return { ...compute, report };
  };
  await using whole = await evaluationOf(options, features, heldTensors, context());
  const { cluster } = world(3, side, engine);
  await using divided = await evaluationOf(options, features, heldTensors, context(cluster));
  const { vectors, evaluate, layout } = divided.tiles!;
  assert.ok(layout.tiles.length >= 4);
  const found = await evaluate(await vectors.spread(data));
  return {
    whole: await whole.evaluate(data),
    tiled: { ...found, gradient: await vectors.gathered(found.gradient) },
  };
}

async function assertSame(...of: Parameters<typeof bothWays>) {
  const { whole, tiled } = await bothWays(...of);
  const close = (found: number, wanted: number, tolerance: number, what: string) =>
    assert.ok(Math.abs(found - wanted) <= tolerance * Math.abs(wanted), `${what}: ${found} is not ${wanted}`);
  close(tiled.value, whole.value, 1e-5, "value");
  assert.deepEqual(Object.keys(tiled.terms).sort(), Object.keys(whole.terms).sort());
  for (const [name, value] of Object.entries(whole.terms)) close(tiled.terms[name], value, 3e-5, name);
  // Half precision along the edges of tiles, which is most of a small picture.
  const distance = Math.hypot(...tiled.gradient.map((g, i) => g - whole.gradient[i])) / Math.hypot(...whole.gradient);
  assert.ok(distance < 3e-4, `gradient: relative L2 distance ${distance}`);
}

for (const padding of ["zero", "replicate", "reflect"] as const) {
  Deno.test(`tiles with workers give the whole picture's objective: ${padding} padding, odd sizes`, async () => {
    await assertSame([41, 35], 16, { pooling: "average", rescale: false, padding }, options);
  });
}

const plain: NetworkOptions = { pooling: "average", rescale: false, padding: "replicate" };

Deno.test("tiles with workers give the whole picture's objective with reductions and a margin", async () => {
  await assertSame([61, 50], 16, plain, { ...options, pyramid: 2, margin: 0.5 });
});

Deno.test("tiles with workers give the whole picture's objective with masks", async () => {
  const mask = { width: 41, height: 35, data: tinyImage(41, 35, 9).data.slice(0, 41 * 35).map(Math.abs) };
  await assertSame([41, 35], 16, plain, options, [{ where: mask }]);
});
