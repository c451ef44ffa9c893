import assert from "node:assert/strict";
import { constant, type Node } from "../../graph/mod.ts";
import { content } from "../../stages/losses/content.ts";
import { gram } from "../../stages/losses/gram.ts";
import { energy } from "../../stages/losses/loss.ts";
import { totalVariation } from "../../stages/losses/total_variation.ts";
import { statisticsOf } from "../../stages/statistics.ts";
import { interpret } from "../graph/reference.ts";

const valueOf = (node: Node) => interpret({ outputs: { node } }, {}).node.data[0];

/** Two channels at three positions: rows [1, 2, 0] and [0, 1, 2]. */
const features = constant(Float32Array.of(1, 2, 0, 0, 1, 2), [1, 2, 1, 3]);

Deno.test("content is half the squared distance as published, and the share of the target's square otherwise", () => {
  // Distances 1, 1, 1, 0, 0, 2: their squares add up to 7. The target's squares add up to 4 + 9 + 1 + 1 = 15.
  const data = Float32Array.of(2, 3, 1, 0, 1, 0);
  const inputs = { features, target: constant(data, [1, 2, 1, 3]), energy: energy(data) };
  assert.equal(valueOf(content.build(inputs, { formula: "published" })), 3.5);
  assert.ok(Math.abs(valueOf(content.build(inputs, { formula: "relative" })) - 7 / 15) < 1e-7);
});

Deno.test("gram divides each picture's sums by its own number of positions", () => {
  // G = [[5, 2], [2, 5]] over 3 positions; A = [[3, 0], [0, 6]] over 6.
  const target = { count: 6, channels: 2, sum: new Float32Array(2), outer: Float32Array.of(3, 0, 0, 6) };
  const statistics = statisticsOf(features, 2);
  const squared = (5 / 3 - 1 / 2) ** 2 + 2 * (2 / 3) ** 2 + (5 / 3 - 1) ** 2;
  const published = valueOf(gram.build({ statistics, target }, { formula: "published" }));
  assert.ok(Math.abs(published - squared / (4 * 2 ** 2)) < 1e-7, `${published}`);
  const relative = valueOf(gram.build({ statistics, target }, { formula: "relative" }));
  assert.ok(Math.abs(relative - squared / (0.25 + 1)) < 1e-6, `${relative}`);
});

Deno.test("gram as published divides by the channels that a layer stands for", () => {
  const target = { count: 6, channels: 2, sum: new Float32Array(2), outer: Float32Array.of(3, 0, 0, 6) };
  const own = valueOf(gram.build({ statistics: statisticsOf(features, 2), target }, { formula: "published" }));
  const other = valueOf(gram.build({ statistics: statisticsOf(features, 8), target }, { formula: "published" }));
  assert.ok(Math.abs(own / other - 16) < 1e-5);
});

Deno.test("total variation is the mean over pixels and channels of neighbours' differences", () => {
  // One channel of 2 × 2 differs: [[0, 3], [1, 1]]; differences 3 and 0 to the right, 1 and −2 downwards.
  const image = constant(Float32Array.of(0, 3, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0), [1, 3, 2, 2]);
  assert.ok(Math.abs(valueOf(totalVariation.build({ image, pixels: 4 }, { power: 1 })) - 6 / 12) < 1e-7);
  assert.ok(Math.abs(valueOf(totalVariation.build({ image, pixels: 4 }, { power: 2 })) - 14 / 12) < 1e-7);
});

Deno.test("statistics are the sums over positions", () => {
  const { count, sum, outer } = statisticsOf(features, 2);
  assert.equal(count, 3);
  const found = interpret({ outputs: { sum, outer } }, {});
  assert.deepEqual([...found.sum.data], [3, 3]);
  assert.deepEqual([...found.outer.data], [5, 2, 2, 5]);
});
