import assert from "node:assert/strict";
import { lossBuild, type LossBuildOptions } from "../../stages/loss_build.ts";
import type { ImageTensor } from "../../stages/mean_subtract.ts";
import { contextFor } from "../helpers/context.ts";
import { referenceEngine, tiny, tinyFeatures, tinyImage } from "../helpers/tiny.ts";

const context = contextFor({ network: tiny, engine: async () => referenceEngine() });

const options: LossBuildOptions = {
  contentWeight: 2,
  styleWeight: 3,
  pyramid: 1,
  terms: {
    content: { loss: "content", weight: 1, layers: { conv2_2: 1 } },
    style: { loss: "gram", weight: 1, layers: { conv1_1: 0.5, conv2_1: 1, conv2_2: 0 } },
    smooth: { loss: "total-variation", weight: 0.1, power: 2 },
    unused: { loss: "gram", weight: 0, layers: { conv2_2: 1 } },
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
  const value = async (styles: { image: ImageTensor; weight: number }[]) =>
    (await (await lossBuild.create(options)(tinyFeatures(content, styles), context)).evaluate(content.data)).value;
  const [one, two] = [
    await value([{ image, weight: 1 }]),
    await value([{ image, weight: 0.4 }, { image, weight: 0.6 }]),
  ];
  assert.ok(Math.abs(one - two) < 1e-6 * one, `${one} is not ${two}`);
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
