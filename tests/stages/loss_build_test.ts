import assert from "node:assert/strict";
import { lossBuild } from "../../stages/loss_build.ts";
import type { ObjectiveOptions } from "../../objective/terms.ts";
import { losses } from "../../objective/losses/mod.ts";
import type { StyleTensor } from "../../objective/tensors.ts";
import type { Plane } from "../../pictures/plane.ts";
import { contextFor } from "../helpers/context.ts";
import { referenceEngine, tiny, tinyFeatures, tinyImage } from "../helpers/tiny.ts";

const context = contextFor({ network: tiny, engine: async () => referenceEngine() });

const options: ObjectiveOptions = {
  contentWeight: 2,
  styleWeight: 3,
  pyramid: 1,
  margin: 0,
  blend: "statistics",
  terms: {
    content: { loss: losses.content, weight: 1, layers: { conv2_2: 1 } },
    style: { loss: losses.gram, weight: 1, layers: { conv1_1: 0.5, conv2_1: 1, conv2_2: 0 } },
    smooth: { loss: losses["total-variation"], weight: 0.1, power: 2 },
    unused: { loss: losses.gram, weight: 0, layers: { conv2_2: 1 } },
  },
};

Deno.test("the objective's gradient is that of central differences, its value the weighted sum of its terms", async () => {
  const content = tinyImage(9, 8, 1);
  const styles = [{ image: tinyImage(12, 10, 2), weight: 0.25 }, { image: tinyImage(8, 8, 3), weight: 0.75 }];
  const objective = await lossBuild.create(options)(tinyFeatures(content, styles), context);
  const at = Float64Array.from(tinyImage(9, 8, 4).data);
  const { value, terms, gradient } = await objective.evaluate(at as unknown as Float32Array);

  assert.deepEqual(Object.keys(terms), [
    "content/conv2_2",
    "smooth",
    "style/conv1_1",
    "style/conv1_1@1/2",
    "style/conv2_1",
    "style/conv2_1@1/2",
  ]);
  const sum = 2 * terms["content/conv2_2"] + 0.1 * terms.smooth +
    3 *
      (0.5 * (terms["style/conv1_1"] + terms["style/conv1_1@1/2"]) + terms["style/conv2_1"] +
        terms["style/conv2_1@1/2"]);
  assert.ok(Math.abs(value - sum) < 1e-6 * value, `${value} is not ${sum}`);

  const h = 1e-5;
  for (const i of [0, 17, 80, 143, 215]) {
    const valueAt = async (x: number) => (await objective.evaluate(at.with(i, x) as unknown as Float32Array)).value;
    const slope = (await valueAt(at[i] + h) - await valueAt(at[i] - h)) / (2 * h);
    assert.ok(
      Math.abs(gradient[i] - slope) < 1e-6 * Math.max(1, Math.abs(slope)),
      `${i}: ${gradient[i]} is not ${slope}`,
    );
  }
});

Deno.test("two equal styles with shares that add up to 1 are as one", async () => {
  const content = tinyImage(8, 8, 1);
  const image = tinyImage(8, 8, 2);
  const value = async (styles: StyleTensor[]) =>
    (await (await lossBuild.create(options)(tinyFeatures(content, styles), context)).evaluate(content.data)).value;
  const [one, two] = [
    await value([{ image, weight: 1 }]),
    await value([{ image, weight: 0.4 }, { image, weight: 0.6 }]),
  ];
  assert.ok(Math.abs(one - two) < 1e-6 * one, `${one} is not ${two}`);
});

for (const [loss, same] of [["gram", true], ["wasserstein", false]] as const) {
  Deno.test(`blending statistics or losses is ${same ? "the same but for a constant" : "not the same"} for ${loss}`, async () => {
    const content = tinyImage(8, 8, 1);
    const styles = [{ image: tinyImage(8, 8, 2), weight: 0.3 }, { image: tinyImage(9, 8, 3), weight: 0.7 }];
    const terms = { style: { loss: losses[loss], weight: 1, formula: "published", layers: { conv1_1: 1 } } };
    const evaluate = async (blend: ObjectiveOptions["blend"]) =>
      await (await lossBuild.create({ ...options, terms, blend })(tinyFeatures(content, styles), context))
        .evaluate(content.data);
    const [one, other] = [await evaluate("statistics"), await evaluate("losses")];
    const largest = Math.max(...one.gradient.map(Math.abs));
    const apart = Math.max(...one.gradient.map((slope, i) => Math.abs(slope - other.gradient[i]))) / largest;
    assert.ok(same ? apart < 1e-6 : apart > 1e-3, `gradients are ${apart} apart`);
    assert.ok(other.value > 1.001 * one.value, "the distance between the styles counts as a loss alone");
  });
}

/** A plane of 16 × 16 that is white where a test of the column says so. */
function columns(isWhite: (x: number) => boolean): Plane {
  return { width: 16, height: 16, data: Float32Array.from({ length: 256 }, (_, i) => isWhite(i % 16) ? 1 : 0) };
}

const styleOnly = { ...options, contentWeight: 0, terms: { style: options.terms.style } };

async function objectiveOf(styles: StyleTensor[], more: Partial<ObjectiveOptions> = {}) {
  return await lossBuild.create({ ...styleOnly, ...more })(tinyFeatures(tinyImage(16, 16, 1), styles), context);
}

Deno.test("with masks the gradient is that of central differences", async () => {
  const [left, right] = [columns((x) => x < 7), columns((x) => x >= 7)];
  const mask = { ...left, data: left.data.map((_, i) => (i % 5) / 4) };
  const objective = await objectiveOf([
    { image: tinyImage(16, 16, 2), weight: 1, where: left, mask },
    { image: tinyImage(16, 16, 3), weight: 1, where: { ...right, data: right.data.map((white) => white / 2) } },
  ]);
  const at = Float64Array.from(tinyImage(16, 16, 4).data);
  const { gradient, terms } = await objective.evaluate(at as unknown as Float32Array);
  assert.deepEqual(Object.keys(terms).filter((name) => name.includes("conv1_1")), [
    "style/conv1_1#1",
    "style/conv1_1@1/2#1",
    "style/conv1_1#2",
    "style/conv1_1@1/2#2",
  ]);
  for (const i of [0, 100, 300, 500]) {
    const valueAt = async (x: number) => (await objective.evaluate(at.with(i, x) as unknown as Float32Array)).value;
    const slope = (await valueAt(at[i] + 1e-5) - await valueAt(at[i] - 1e-5)) / 2e-5;
    assert.ok(Math.abs(gradient[i] - slope) < 1e-6 * Math.max(1, Math.abs(slope)), `${gradient[i]} is not ${slope}`);
  }
});

Deno.test("a style pulls only at what its mask leaves to it, and as hard as without one", async () => {
  const style = { image: tinyImage(16, 16, 2), weight: 1 };
  const image = tinyImage(16, 16, 4).data;
  const terms = { style: { loss: losses.gram, weight: 1, layers: { conv1_1: 1 } } };
  const gradient = async (where?: Plane) =>
    (await (await objectiveOf([{ ...style, where }], { terms, pyramid: 0 })).evaluate(image)).gradient;
  const [whole, white, left] = [
    await gradient(),
    await gradient(columns(() => true)),
    await gradient(columns((x) => x < 8)),
  ];
  assert.deepEqual(white.map(Math.fround), whole.map(Math.fround));
  // conv1_1 sees one pixel further.
  assert.ok(left.every((slope, i) => i % 16 <= 8 || slope === 0));
  const size = (slopes: Float32Array) => Math.hypot(...slopes.filter((_, i) => i % 16 < 8));
  assert.ok(size(left) > 0.5 * size(whole) && size(left) < 2 * size(whole), `${size(left)} of ${size(whole)}`);
});

Deno.test("a style is taken from where its own mask is white", async () => {
  // A painting of two halves, masked to one, is that half.
  const [left, right] = [tinyImage(8, 16, 2), tinyImage(8, 16, 3)];
  const data = Float32Array.from({ length: 3 * 256 }, (_, i) => {
    const [row, x] = [Math.floor(i / 16), i % 16];
    return x < 8 ? left.data[8 * row + x] : right.data[8 * row + x - 8];
  });
  const image = { width: 16, height: 16, data };
  const terms = { style: { loss: losses.gram, weight: 1, layers: { conv1_1: 1 } } };
  const value = async (style: StyleTensor) =>
    (await (await objectiveOf([style], { terms, pyramid: 0 })).evaluate(tinyImage(16, 16, 4).data)).value;
  const half = await value({ image: left, weight: 1 });
  const masked = await value({ image, weight: 1, mask: columns((x) => x < 7) });
  const all = await value({ image, weight: 1 });
  assert.ok(Math.abs(masked - half) < 0.3 * Math.abs(all - half), `${masked} and ${half} beside ${all}`);
});

Deno.test("a mask of one pixel gives a finite value and gradient at every layer", async () => {
  const where = { width: 16, height: 16, data: new Float32Array(256).with(255, 1) };
  for (const name of ["gram", "mean-covariance", "wasserstein"]) {
    const loss = losses[name];
    const objective = await objectiveOf([{ image: tinyImage(16, 16, 2), weight: 1, where, mask: where }], {
      terms: { style: { loss, weight: 1, layers: { conv1_1: 1, conv2_2: 1 } } },
    });
    const { value, gradient } = await objective.evaluate(tinyImage(16, 16, 4).data);
    assert.ok(Number.isFinite(value) && gradient.every(Number.isFinite), `${name}: ${value}`);
    assert.ok(gradient.some((slope) => slope !== 0), `${name} does nothing`);
  }
});

Deno.test("a picture is at its own target: both of its terms are zero", async () => {
  const content = tinyImage(8, 8, 1);
  const objective = await lossBuild.create({ ...options, pyramid: 0 })(
    tinyFeatures(content, [{ image: content, weight: 1 }]),
    context,
  );
  const { terms } = await objective.evaluate(content.data);
  assert.ok(terms["content/conv2_2"] < 1e-12);
  assert.ok(terms["style/conv1_1"] < 1e-12);
});

Deno.test("at every size of a pyramid a picture that is its own painting has nothing to change", async () => {
  const image = tinyImage(16, 16, 6);
  const features = tinyFeatures(tinyImage(16, 16, 1), [{ image, weight: 1 }]);
  const objective = await lossBuild.create({ ...options, pyramid: 2 })(features, context);
  const styleTerms = async (data: Float32Array) =>
    Object.entries((await objective.evaluate(data)).terms).filter(([name]) => name.startsWith("style/"));
  const own = await styleTerms(image.data);
  assert.deepEqual(own.map(([name]) => name.split("@")[1]), [undefined, "1/2", "1/4", undefined, "1/2", "1/4"]);
  for (const [name, value] of own) assert.ok(Math.abs(value) < 1e-9, `${name}: ${value}`);
  for (const [name, value] of await styleTerms(tinyImage(16, 16, 7).data)) assert.ok(value > 1e-6, `${name}: ${value}`);
});

Deno.test("a style that the masks leave no place is neither looked at nor compared with", async () => {
  const plane = (share: number): Plane => ({ width: 8, height: 8, data: new Float32Array(64).fill(share) });
  const [image, other] = [tinyImage(8, 8, 2), tinyImage(8, 8, 3)];
  const content = tinyImage(8, 8, 1);
  const of = async (styles: StyleTensor[]) =>
    await (await lossBuild.create(options)(tinyFeatures(content, styles), context)).evaluate(content.data);
  const alone = await of([{ image, weight: 1, where: plane(1) }]);
  const beside = await of([{ image, weight: 1, where: plane(1) }, { image: other, weight: 1, where: plane(0) }]);
  assert.deepEqual(beside.terms, alone.terms);
  assert.deepEqual(beside.gradient, alone.gradient);
});
