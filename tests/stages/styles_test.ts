import assert from "node:assert/strict";
import { networks } from "../../networks/network.ts";
import { evaluationOf, heldTensors, planObjective } from "../../objective/evaluate.ts";
import type { Outline, Pictures } from "../../pictures/scene.ts";
import type { Sequence } from "../../chain/sequence.ts";
import type { Stage } from "../../chain/stage.ts";
import { loadPreset } from "../../presets/load.ts";
import { optionsOf } from "../../presets/preset.ts";
import { decode, type DecodeOptions } from "../../stages/decode.ts";
import { lossBuild, objectiveAt } from "../../stages/loss_build.ts";
import { planOf } from "../../studio/plan.ts";
import { contextFor } from "../helpers/context.ts";
import { temporaryFolder } from "../helpers/folders.ts";
import { painted, plain } from "../helpers/pictures.ts";
import { referenceEngine, tinyFeatures, tinyImage } from "../helpers/tiny.ts";

/** Names of the masks of each style, and how many places they make. */
const cases: readonly [string, readonly (string | undefined)[], number][] = [
  ["no masks", [undefined, undefined], 0],
  ["a mask and the rest", ["left.png", undefined], 2],
  ["two styles with one mask", ["left.png", "left.png"], 1],
  ["two styles with one mask, and two for the rest", ["left.png", undefined, "left.png", undefined], 2],
  ["two masks that leave no rest", ["left.png", "right.png"], 2],
  ["masks that leave a style no place", ["left.png", "right.png", undefined], 3],
];

for (const [name, masks, places] of cases) {
  Deno.test(`the plan, the outline and the evaluation count the same places: ${name}`, async () => {
    await using folder = await temporaryFolder();
    const size = { width: 32, height: 24 };
    await plain(size.width, size.height, [10, 20, 30]).png().toFile(folder.at("a.png"));
    for (
      const [file, isWhite] of [["left.png", (x: number) => x < 16], ["right.png", (x: number) => x >= 16]] as const
    ) {
      await painted(size.width, size.height, (x) => isWhite(x) ? [255, 255, 255] : [0, 0, 0]).png()
        .toFile(folder.at(file));
    }
    const picture = folder.url("a.png").href;
    const styles = masks.map((mask) => ({ picture, ...mask && { mask: folder.url(mask).href } }));
    const preset = await loadPreset({
      extends: "painting",
      memory: "16GB",
      decode: { content: picture, styles, size: size.width, scales: [] },
      optimise: { optimiser: "adam" },
    });

    const stage: Stage<undefined, Pictures, DecodeOptions> = decode;
    const sequence = await stage.create(optionsOf(preset, decode)!)(undefined, contextFor()) as Sequence<Pictures>;
    assert.equal((sequence.outline as Outline).places, places);

    const network = networks[preset.network];
    const objective = objectiveAt(optionsOf(preset, lossBuild)!, Infinity);
    const planned = planObjective(objective, { network, size, places, scratch: true }, 16e9).bytes;
    assert.equal(planOf(preset, size)!.bytes, planned, "the plan");

    // Of the objective only what it asks for counts here: an image term, which needs no weights.
    const smooth = { ...objective, terms: { smooth: objective.terms.smooth } };
    const used = (await sequence.at(0, undefined)).styles.map(({ picture, ...use }) => ({
      ...use,
      image: tinyImage(picture.width, picture.height, 1),
    }));
    const features = tinyFeatures(tinyImage(size.width, size.height, 1), used);
    await using evaluation = await evaluationOf(smooth, features, heldTensors, {
      engine: async () => referenceEngine(),
      report: () => {},
    });
    const { network: tiny } = features.tensors;
    assert.equal(
      evaluation.plan.bytes,
      planObjective(smooth, { network: tiny, size, places, scratch: false }).bytes,
      "the evaluation",
    );
  });
}
