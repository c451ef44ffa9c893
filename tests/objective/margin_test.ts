import assert from "node:assert/strict";
import { gram } from "../../objective/losses/gram.ts";
import { totalVariation } from "../../objective/losses/total_variation.ts";
import type { ObjectiveOptions } from "../../objective/terms.ts";
import type { Padding } from "../../networks/describing.ts";
import { lossBuild } from "../../stages/loss_build.ts";
import { contextFor } from "../helpers/context.ts";
import { referenceEngine, tiny, tinyFeatures, tinyImage } from "../helpers/tiny.ts";

// Large enough that the margin is not held to an eighth of a side.
const [width, height] = [96, 80];
const image = tinyImage(width, height, 3).data;

function optionsWith(margin: number, layer: string): ObjectiveOptions {
  return {
    contentWeight: 1,
    styleWeight: 1,
    pyramid: 0,
    margin,
    blend: "statistics",
    terms: {
      style: { loss: gram, weight: 1, layers: { [layer]: 1 } },
      smooth: { loss: totalVariation, weight: 1e-9 },
    },
  };
}

/** The value and gradient of the style term under a padding. */
async function valueOf(padding: Padding, margin: number, layer: string) {
  const styles = [{ image: tinyImage(88, 104, 2), weight: 1 }];
  const features = tinyFeatures(tinyImage(width, height, 1), styles, { pooling: "average", rescale: false, padding });
  const context = contextFor({ network: tiny, engine: async () => referenceEngine() });
  const objective = await lossBuild.create(optionsWith(margin, layer))(features, context);
  const { terms, gradient } = await objective.evaluate(image);
  return { value: terms[`style/${layer}`], gradient };
}

for (const layer of ["conv1_1", "conv2_2"]) {
  Deno.test(`with a margin of 1 no padding reaches the style of ${layer}; without one it does`, async () => {
    const [zero, mirror] = [await valueOf("zero", 1, layer), await valueOf("reflect", 1, layer)];
    assert.ok(Math.abs(zero.value / mirror.value - 1) < 1e-9, `${zero.value} and ${mirror.value}`);
    zero.gradient.forEach((g, i) => assert.ok(Math.abs(g - mirror.gradient[i]) < 1e-9));
    assert.notEqual((await valueOf("zero", 0, layer)).value, (await valueOf("reflect", 0, layer)).value);
  });
}

Deno.test("with a margin the pixels at the border still follow the style", async () => {
  const { gradient } = await valueOf("zero", 1, "conv2_2");
  for (let x = 8; x < width - 8; x++) assert.notEqual(gradient[x], 0, `row 0, column ${x}`);
});
