import assert from "node:assert/strict";
import { lossBuild } from "../../../stages/loss_build.ts";
import { loadPreset } from "../../../presets/load.ts";
import { optionsOf } from "../../../presets/preset.ts";
import { type Demand, planEvaluation, planFor, planTiles } from "../../../objective/tiles/plan.ts";
import { networks } from "../../../networks/network.ts";
import { contextFor } from "../../helpers/context.ts";
import { clearError } from "../../helpers/errors.ts";

const demand: Demand = {
  size: { width: 1200, height: 800 },
  network: networks["vgg19-mini"],
  factors: [1],
  contentLayers: ["conv3_4"],
  styleLayers: ["conv1_1", "conv2_1", "conv3_1", "conv3_4"],
  places: 0,
  scratch: false,
  held: 10,
};

Deno.test("a plan stays within its memory, and takes the whole picture where there is enough of it", () => {
  assert.equal(planFor(demand).reductions, undefined);
  for (const memory of [8e8, 1e9, 2e9, 1e10]) {
    const plan = planFor(demand, memory);
    assert.ok(plan.bytes <= memory, `${plan.bytes} of ${memory}`);
    assert.equal(plan.reductions === undefined, memory === 1e10);
  }
});

Deno.test("masks take memory: their planes, and the features that count for each place", () => {
  const areaBytes = 4 * 1200 * 800;
  const [plain, parted] = [0, 3].map((places) => planFor({ ...demand, places }).bytes);
  assert.ok(parted - plain > 3 * 3 * areaBytes);
});

Deno.test("a picture is seen at once only where what its graph knows beforehand fits into a model of 2 GB", () => {
  // 64 channels at full size.
  const bytesOf = (pixels: number) => 4 * 64 * pixels;
  const large = { ...demand, network: networks.vgg19, contentLayers: ["conv1_1"], styleLayers: ["conv1_1", "conv5_1"] };
  const planOf = (width: number, more: Partial<Demand> = {}) =>
    planFor({ ...large, size: { width, height: 2000 }, ...more });
  assert.ok(bytesOf(3500 * 2000) < 1.8e9 && bytesOf(4200 * 2000) > 2 ** 31);
  assert.equal(planOf(3500).reductions, undefined);
  assert.equal(planOf(4200).reductions?.length, 1);
  assert.ok(planOf(3500, { places: 8 }).reductions, "masks");
  assert.ok(planOf(3500, { factors: [1, 2, 4, 8] }).reductions, "weights, once for each size");
  assert.equal(planOf(9000, { contentLayers: ["conv5_1"] }).reductions, undefined);
});

Deno.test("what memory and what size the message names do suffice", async () => {
  const { message, hint = "" } = await clearError(() => planFor(demand, 5e8));
  assert.match(message, /^500MB of memory do not suffice for 1200×800 pixels$/);
  const [, memory, side] = /^grant (\d+)MB with `memory`, or take `decode\.size` (\d+) or less$/.exec(hint) ?? [];
  assert.ok(planEvaluation(demand, 1e6 * Number(memory)));
  assert.ok(!planEvaluation(demand, 0.9 * 1e6 * Number(memory)));
  const size = { width: Number(side), height: Math.floor(Number(side) * 2 / 3) };
  assert.ok(planEvaluation({ ...demand, size }, 5e8));
});

Deno.test("where there is no memory at all, what would suffice is said", async () => {
  const { hint = "" } = await clearError(() => planFor(demand, 0));
  const [, memory] = /^grant (\d+)MB with `memory`$/.exec(hint) ?? [];
  assert.ok(planEvaluation(demand, 1e6 * Number(memory)), hint);
});

Deno.test("a loss that needs the picture as a whole is refused windows and tiles, and what would do is said", async () => {
  const whole = { ...demand, whole: "tones" };
  const { message, hint = "" } = await clearError(() => planFor(whole, 1e9));
  assert.equal(message, "1.0GB of memory do not suffice for 1200×800 pixels as a whole, as the loss tones needs them");
  const [, memory, side] = /^grant ([\d.]+)GB with `memory`, or take `decode\.size` (\d+) or less$/.exec(hint) ?? [];
  assert.equal(planEvaluation(whole, 1.01e9 * Number(memory))?.reductions, undefined);
  assert.ok(planEvaluation(whole, 1.01e9 * Number(memory)), hint);
  const size = { width: Number(side), height: Math.floor(Number(side) * 2 / 3) };
  assert.ok(planEvaluation({ ...whole, size }, 1e9), hint);
  // Its graph would be larger than any model, whatever the memory.
  const huge = { ...whole, contentLayers: ["conv1_1"], size: { width: 12000, height: 8000 } };
  const refused = await clearError(() => planFor(huge, 1e12));
  assert.match(refused.message, /^A model of 2 GB does not suffice for 12000×8000 pixels as a whole/);
  assert.match(refused.hint ?? "", /^take `decode\.size` \d+ or less$/);
  assert.match((await clearError(() => planTiles(whole, [], true))).message, /tones needs a picture as a whole/);
});

Deno.test("the memory of the finest scale is checked before the first one", async () => {
  const options = optionsOf(await loadPreset("painting", [], { incomplete: true }), lossBuild)!;
  const outline = { sizes: [{ width: 128, height: 96 }, { width: 6000, height: 4000 }], places: 0 };
  const check = (memory: number) => lossBuild.checkMemory(options, outline, contextFor({ memory }).compute);
  check(1e10);
  const { message } = await clearError(() => check(2e9));
  assert.equal(message, "2.0GB of memory do not suffice for 6000×4000 pixels");
  const faces = optionsOf(await loadPreset("portrait", [], { incomplete: true }), lossBuild)!;
  const whole = await clearError(() => lossBuild.checkMemory(faces, outline, contextFor({ memory: 1e10 }).compute));
  assert.match(whole.message, /6000×4000 pixels as a whole, as the loss tones needs them$/);
});
