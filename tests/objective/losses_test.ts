import assert from "node:assert/strict";
import { constant, gradient, input, type Node } from "../../graph/mod.ts";
import { content } from "../../objective/losses/content.ts";
import { gram } from "../../objective/losses/gram.ts";
import { sumOfSquares } from "../../objective/losses/loss.ts";
import { meanCovariance } from "../../objective/losses/mean_covariance.ts";
import { losses } from "../../objective/losses/mod.ts";
import { range } from "../../objective/losses/range.ts";
import { tones } from "../../objective/losses/tones.ts";
import { totalVariation } from "../../objective/losses/total_variation.ts";
import { wasserstein } from "../../objective/losses/wasserstein.ts";
import { statisticsOf } from "../../objective/statistics.ts";
import { close } from "../graph/check_op.ts";
import { interpret } from "../graph/reference.ts";

const valueOf = (node: Node) => interpret({ outputs: { node } }, {}).node.data[0];

/** Two channels at three positions: rows [1, 2, 0] and [0, 1, 2]. */
const features = constant(Float32Array.of(1, 2, 0, 0, 1, 2), [1, 2, 1, 3]);

Deno.test("content is half the squared distance as published, and the share of the target's square otherwise", () => {
  // Distances 1, 1, 1, 0, 0, 2: their squares add up to 7. The target's squares add up to 4 + 9 + 1 + 1 = 15.
  const data = Float32Array.of(2, 3, 1, 0, 1, 0);
  const inputs = { features, target: constant(data, [1, 2, 1, 3]), energy: sumOfSquares(data) };
  assert.equal(valueOf(content.build(inputs, { formula: "published" })), 3.5);
  assert.ok(Math.abs(valueOf(content.build(inputs, { formula: "relative" })) - 7 / 15) < 1e-7);
});

Deno.test("tones is one less the correlation of what patches show, in the mean over channels", () => {
  const [height, width] = [16, 24];
  const plane = (of: (x: number, y: number) => number) =>
    Array.from({ length: height * width }, (_, i) => of(i % width, Math.floor(i / width)));
  const inputs = (features: number[], target: number[]) => {
    const [x, y] = [features, target].map((data) => constant(Float32Array.from(data), [1, 2, height, width]));
    return { features: x, target: y, energy: 1 };
  };
  const ramp = plane((x, y) => 40 * x + 9 * y);
  const waves = plane((x, y) => 300 * Math.sin(x / 5) * Math.cos(y / 4));
  const stripes = plane((x) => x % 2 === 0 ? 50 : -50);
  const value = (features: number[], target: number[]) => valueOf(tones.build(inputs(features, target), {}));
  const photograph = [...ramp, ...waves];
  // Another palette, and strokes that a patch does not show.
  const painted = photograph.map((level, i) => 3 * level + 700 + stripes[i % stripes.length]);
  assert.ok(value(painted, photograph) < 1e-4, `${value(painted, photograph)}`);
  assert.ok(Math.abs(value(photograph.map((level) => -level), photograph) - 2) < 1e-3);
  // One channel kept and one turned round: (0 + 2) / 2.
  assert.ok(Math.abs(value([...ramp, ...waves.map((level) => -level)], photograph) - 1) < 1e-3);
  // Of an even photograph nothing is asked.
  const even = constant(new Float32Array(photograph.length).fill(7), [1, 2, height, width]);
  const x = input("x", even.shape);
  const slope = gradient(tones.build({ features: x, target: even, energy: 1 }, {}), [x])[0];
  const seen = interpret({ outputs: { slope } }, { x: Float32Array.from(photograph) }).slope.data;
  assert.ok(seen.every((number) => Math.abs(number) < 1e-9));
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

const [black, white] = [-100, 155].map((level) => constant(level, [1, 3, 1, 1]));

Deno.test("total variation is the mean over pixels and channels of neighbours' differences", () => {
  // One channel of 2 × 2 differs: [[0, 3], [1, 1]]; differences 3 and 0 to the right, 1 and −2 downwards.
  const image = constant(Float32Array.of(0, 3, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0), [1, 3, 2, 2]);
  assert.ok(Math.abs(valueOf(totalVariation.build({ image, black, white, pixels: 4 }, { power: 1 })) - 6 / 12) < 1e-7);
  assert.ok(Math.abs(valueOf(totalVariation.build({ image, black, white, pixels: 4 }, { power: 2 })) - 14 / 12) < 1e-7);
});

Deno.test("total variation of a line is that along it", () => {
  const image = constant(Float32Array.of(0, 3, 1, 0, 0, 0, 0, 0, 0), [1, 3, 1, 3]);
  assert.ok(Math.abs(valueOf(totalVariation.build({ image, black, white, pixels: 3 }, { power: 1 })) - 5 / 9) < 1e-7);
});

Deno.test("the range is the mean of the squares beyond black and white, each channel with its own", () => {
  const limits = [Float32Array.of(-10, -20, -30), Float32Array.of(245, 235, 225)];
  const [black, white] = limits.map((data) => constant(data, [1, 3, 1, 1]));
  // Two pixels: 2 below black and 3 above white in the first channel, 4 above in the second, none in the third.
  const image = constant(Float32Array.of(-12, 248, 239, 235, -30, 0), [1, 3, 1, 2]);
  assert.ok(Math.abs(valueOf(range.build({ image, black, white, pixels: 2 }, {})) - (4 + 9 + 16) / 6) < 1e-6);
});

Deno.test("statistics are the sums over positions", () => {
  const { count, sum, outer } = statisticsOf(features, 2);
  assert.equal(count, 3);
  const found = interpret({ outputs: { sum, outer } }, {});
  assert.deepEqual([...found.sum.data], [3, 3]);
  assert.deepEqual([...found.outer.data], [5, 2, 2, 5]);
});

/** Three channels at eight and at six positions. */
const found = (i: number, c: number) => ((i * 7 + c * 3) % 11) / 4;
const wanted = (i: number, c: number) => ((i * i * 5 + c * 4) % 7) / 2;

/** Sums over `count` positions of `valueAt`, computed from the definition; times `scale`, and seen `times` times. */
function sums(valueAt: typeof found, count: number, { scale = 1, times = 1 } = {}) {
  const rows = [0, 1, 2].map((c) => Array.from({ length: count }, (_, i) => scale * valueAt(i, c)));
  const dot = (a: number[], b: number[]) => times * a.reduce((total, x, i) => total + x * b[i], 0);
  return {
    count: count * times,
    channels: 3,
    sum: Float32Array.from(rows, (row) => dot(row, row.map(() => 1))),
    outer: Float32Array.from(rows.flatMap((a) => rows.map((b) => dot(a, b)))),
  };
}

const asNodes = ({ sum, outer, ...rest }: ReturnType<typeof sums>) => ({
  ...rest,
  sum: constant(sum, [1, 3, 1]),
  outer: constant(outer, [1, 3, 3]),
});

const styleLosses = Object.values(losses).filter(({ sort }) => sort === "style");

Deno.test("wasserstein is the distance that scipy's sqrtm gives", () => {
  const build = (formula: "relative" | "published") =>
    valueOf(wasserstein.build({ statistics: asNodes(sums(found, 8)), target: sums(wanted, 6) }, { formula }));
  // tr(S + T − 2 sqrtm(sqrtm(T) S sqrtm(T))) + |m − n|² in NumPy and SciPy, with 1e-4 · E on both diagonals.
  close([build("relative")], [0.08808037188941413], 1e-6, "over the mean square");
  close([build("published")], [0.27158114665902694], 1e-6, "over the channels");
});

Deno.test("mean-covariance weighs each by its own measure", () => {
  // In NumPy: |m − n|² / E + |S − T|² / |T|².
  const value = meanCovariance.build({ statistics: asNodes(sums(found, 8)), target: sums(wanted, 6) }, {});
  close([valueOf(value)], [0.2978129889810814], 1e-6, "mean-covariance");
});

for (const loss of styleLosses) {
  const options = "formula" in loss.options ? { formula: "relative" } : {};
  const value = (statistics: Parameters<typeof asNodes>[0], target: Parameters<typeof asNodes>[0]) =>
    valueOf(loss.build({ statistics: asNodes(statistics), target }, options));

  Deno.test(`${loss.name} is zero at its target, whatever its number of positions`, () => {
    assert.ok(Math.abs(value(sums(found, 8, { times: 3 }), sums(found, 8))) < 1e-6);
    assert.ok(value(sums(found, 8), sums(wanted, 6)) > 0.01);
  });

  Deno.test(`${loss.name} is one number for any size of picture and any scale of the network's features`, () => {
    const one = value(sums(found, 8), sums(wanted, 6));
    const other = value(sums(found, 8, { scale: 100, times: 5 }), sums(wanted, 6, { scale: 100, times: 2 }));
    close([other], [one], 1e-5, loss.name);
  });

  Deno.test(`${loss.name} has the gradient of central differences, also from sums of a flat picture`, () => {
    for (const start of [sums(found, 8), sums(() => 0.7, 8)]) {
      const sum = input("sum", [1, 3, 1]);
      const outer = input("outer", [1, 3, 3]);
      const node = loss.build({ statistics: { ...start, sum, outer }, target: sums(wanted, 6) }, options);
      const slopes = gradient(node, [sum, outer]);
      const { ds, dout } = interpret({ outputs: { ds: slopes[0], dout: slopes[1] } }, {
        sum: start.sum,
        outer: start.outer,
      });
      const at = (key: "sum" | "outer", i: number, h: number) => {
        const moved = { sum: Float64Array.from(start.sum), outer: Float64Array.from(start.outer) };
        moved[key][i] += h;
        // Sums of real features are symmetric.
        if (key === "outer") moved.outer[3 * (i % 3) + Math.floor(i / 3)] = moved.outer[i];
        return interpret({ outputs: { node } }, moved).node.data[0];
      };
      const difference = (key: "sum" | "outer", i: number) => (at(key, i, 1e-5) - at(key, i, -1e-5)) / 2e-5;
      const symmetric = dout.data.map((slope, i) =>
        i % 4 === 0 ? slope : slope + dout.data[3 * (i % 3) + Math.floor(i / 3)]
      );
      close(ds.data, [0, 1, 2].map((i) => difference("sum", i)), 1e-4, `${loss.name}: sum`);
      close(symmetric, [...symmetric.keys()].map((i) => difference("outer", i)), 1e-4, `${loss.name}: outer`);
    }
  });
}

Deno.test("a style of one colour, or of nothing at all, gives every style loss a finite value and gradient", () => {
  for (const loss of styleLosses) {
    for (const colour of [0, 3]) {
      const start = sums(found, 8);
      const outer = input("outer", [1, 3, 3]);
      const statistics = { ...asNodes(start), outer };
      const node = loss.build({ statistics, target: sums(() => colour, 6) }, { formula: "relative" });
      const [slope] = gradient(node, [outer]);
      const { value, slopes } = interpret({ outputs: { value: node, slopes: slope } }, { outer: start.outer });
      assert.ok([value.data[0], ...slopes.data].every(Number.isFinite), `${loss.name} of ${colour}: ${value.data[0]}`);
    }
  }
});

Deno.test("wasserstein as published divides by the channels that a layer stands for", () => {
  const of = (channels: number) => {
    const statistics = { ...asNodes(sums(found, 8)), channels };
    return valueOf(wasserstein.build({ statistics, target: sums(wanted, 6) }, { formula: "published" }));
  };
  close([of(12)], [of(3) / 4], 1e-9, "12 channels in place of 3");
});

Deno.test("mean-covariance measures the covariance by the painting's Gram matrix where that has none", () => {
  // A painting of one colour (3, 3, 3), and a picture with its mean and the covariance ½ in one channel alone.
  const target = sums(() => 3, 6);
  const outer = Float32Array.of(9.5, 9, 9, 9, 9, 9, 9, 9, 9).map((value) => 8 * value);
  const statistics = { count: 8, channels: 3, sum: new Float32Array(3).fill(24), outer };
  const value = valueOf(meanCovariance.build({ statistics: asNodes(statistics), target }, {}));
  // |Σ|² = ¼ over a thousandth of |G|² = 9 · 81.
  close([value], [0.25 / (1e-3 * 729)], 1e-5, "one colour");
});
