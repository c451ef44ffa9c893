import assert from "node:assert/strict";
import { lossBuild } from "../../../stages/loss_build.ts";
import { layersAt, type ObjectiveOptions } from "../../../objective/terms.ts";
import { evaluationOf } from "../../../objective/evaluate.ts";
import { partsOf } from "../../../objective/parts.ts";
import type { NetworkOptions } from "../../../networks/describing.ts";
import type { StyleTensor } from "../../../objective/tensors.ts";
import type { Plane } from "../../../pictures/plane.ts";
import { contentsInMemory } from "../../../objective/tiles/contents.ts";
import { gridOf } from "../../../objective/tiles/grid.ts";
import { tiledObjective } from "../../../objective/tiles/tiled_objective.ts";
import { sizeAt } from "../../../objective/tiles/planes.ts";
import { reachOf } from "../../../networks/reach.ts";
import { contextFor } from "../../helpers/context.ts";
import { everyLoss } from "../../helpers/every_loss.ts";
import { referenceEngine, tiny, tinyFeatures, tinyImage } from "../../helpers/tiny.ts";

const engine = referenceEngine();
const context = contextFor({ network: tiny, engine: async () => engine });

const everyTerm = everyLoss({
  content: { conv1_1: 1, conv2_1: 1, conv2_2: 0.5 },
  style: { conv1_1: 1, conv2_1: 0.5, conv2_2: 1 },
});

const options: ObjectiveOptions = {
  contentWeight: 2,
  styleWeight: 3,
  pyramid: 0,
  margin: 0,
  blend: "statistics",
  terms: everyTerm,
};

/** The objective of an image as a whole, and in rows and columns of windows. */
async function bothWays(
  [width, height]: readonly [number, number],
  [rows, columns]: readonly [number, number],
  network: NetworkOptions,
  lossOptions: ObjectiveOptions,
  [first, second]: readonly Partial<StyleTensor>[] = [],
) {
  const styles = [
    { image: tinyImage(17, 15, 2), weight: 0.25, ...first },
    { image: tinyImage(12, 21, 3), weight: 0.75, ...second },
  ];
  const features = tinyFeatures(tinyImage(width, height, 1), styles, network);
  // Some of it beyond black, which the tiny network takes as -1, -2 and -3.
  const data = tinyImage(width, height, 4).data.map((value) => 4 * value);
  const whole = await (await lossBuild.create(lossOptions)(features, context)).evaluate(data);

  const parts = await partsOf(lossOptions, features, tiny);
  const reductions = parts.asked.factors.map((factor) => {
    const { stride, radius } = reachOf(tiny, layersAt(parts.terms, factor));
    const size = sizeAt({ width, height }, factor);
    const grid = gridOf(size, { stride, radius: Math.max(1, radius) }, rows, columns);
    assert.ok(grid && grid.tiles.length === rows * columns && (rows === 1 || grid.window.height < size.height));
    return { factor, sums: grid, slopes: grid };
  });
  const contents = contentsInMemory(parts.targets.content, reductions[0].slopes, tiny);
  const tiled = await (await tiledObjective(parts, { width, height }, reductions, contents, engine)).evaluate(data);
  return { whole, tiled };
}

async function assertSame(...of: Parameters<typeof bothWays>) {
  const { whole, tiled } = await bothWays(...of);
  const close = (found: number, wanted: number, tolerance: number, what: string) =>
    assert.ok(Math.abs(found - wanted) <= tolerance * Math.abs(wanted), `${what}: ${found} is not ${wanted}`);
  close(tiled.value, whole.value, 1e-6, "value");
  assert.deepEqual(Object.keys(tiled.terms), Object.keys(whole.terms));
  for (const [name, value] of Object.entries(whole.terms)) close(tiled.terms[name], value, 1e-5, name);
  const distance = Math.hypot(...tiled.gradient.map((g, i) => g - whole.gradient[i])) / Math.hypot(...whole.gradient);
  assert.ok(distance < 1e-6, `gradient: relative L2 distance ${distance}`);
}

for (const pooling of ["average", "max", "l2"] as const) {
  for (const padding of ["zero", "replicate", "reflect"] as const) {
    Deno.test(`tiles give the whole picture's objective: ${pooling} pooling, ${padding} padding, odd sizes`, async () => {
      await assertSame([41, 35], [3, 3], { pooling, rescale: false, padding }, options);
    });
  }
}

Deno.test("tiles give the whole picture's objective in a single row, a single column and a single window", async () => {
  const network = { pooling: "average", rescale: true, padding: "replicate" } as const;
  for (const count of [[1, 3], [4, 1], [1, 1]] as const) await assertSame([40, 48], count, network, options);
});

Deno.test("tiles give the whole picture's objective at every size of a pyramid", async () => {
  await assertSame([59, 63], [2, 2], { pooling: "max", rescale: false, padding: "reflect" }, {
    ...options,
    pyramid: 1,
  });
});

Deno.test("tiles give the whole picture's objective of each loss by itself", async () => {
  const network = { pooling: "average", rescale: true, padding: "zero" } as const;
  for (const [name, term] of Object.entries(everyTerm)) {
    await assertSame([29, 34], [2, 2], network, { ...options, terms: { [name]: term } });
  }
});

Deno.test("tiles give the whole picture's objective of styles with masks, however they are blended", async () => {
  const mask = (width: number, height: number, share: (x: number, y: number) => number): Plane => ({
    width,
    height,
    data: Float32Array.from({ length: width * height }, (_, i) => share((i % width) / width, i / width / height)),
  });
  const uses = [
    { weight: 1, where: mask(59, 63, (x, y) => x * y), mask: mask(17, 15, (x) => x) },
    { weight: 1, where: mask(59, 63, (x, y) => 1 - x * y) },
  ];
  const network = { pooling: "average", rescale: false, padding: "reflect" } as const;
  await assertSame([59, 63], [2, 2], network, { ...options, pyramid: 1 }, uses);
  await assertSame([59, 63], [2, 2], network, { ...options, blend: "losses" }, [{}, {
    mask: mask(12, 21, (_, y) => y),
  }]);
  for (const some of [[], uses]) {
    await assertSame([59, 63], [2, 2], network, { ...options, margin: 0.7, pyramid: 1 }, some);
  }
});

Deno.test("in as little memory as there can be, a term of the image alone is that of the whole picture", async () => {
  const features = tinyFeatures(tinyImage(90, 70, 1), []);
  const data = tinyImage(90, 70, 4).data.map((value) => 4 * value);
  for (const name of Object.keys(everyTerm).filter((name) => everyTerm[name].loss.sort === "image")) {
    const alone = { ...options, terms: { [name]: everyTerm[name] } };
    const within = (memory?: number) =>
      evaluationOf(alone, features, 0, { engine: async () => engine, memory, report: () => {} });
    // The least memory with which it is done at all.
    let [least, most] = [0, 1e9];
    while (most - least > 1) {
      const memory = Math.round((least + most) / 2);
      await within(memory).then(() => most = memory, () => least = memory);
    }
    const [whole, tiled] = [await within(), await within(most)];
    assert.ok(!whole.plan.reductions && tiled.plan.reductions![0].slopes.tiles.length > 4, name);
    const [due, found] = [await whole.evaluate(data), await tiled.evaluate(data)];
    assert.ok(Math.abs(found.value / due.value - 1) < 1e-6, `${name}: ${found.value} is not ${due.value}`);
    const away = Math.hypot(...found.gradient.map((g, i) => g - due.gradient[i])) / Math.hypot(...due.gradient);
    assert.ok(away < 1e-6, `${name}: the gradient is ${away} away`);
  }
});
