import assert from "node:assert/strict";
import type { Loss } from "../../objective/losses/loss.ts";
import type { FinishedPicture } from "../../pictures/picture.ts";
import type { Stage } from "../../chain/stage.ts";
import { gram } from "../../objective/losses/gram.ts";
import { PresetError } from "../../presets/layers.ts";
import { loadPreset } from "../../presets/load.ts";
import { openRegistry } from "../../presets/registry.ts";
import { openSession } from "../../session/session.ts";

/** Paints every pixel of a picture of its own in one level. */
function flat(greatest: number) {
  return {
    name: "flat",
    description: "one level everywhere",
    takes: "nothing",
    gives: "picture",
    options: { level: { type: "number", maximum: greatest, default: greatest } },
    create: ({ level }) => async () => ({
      name: "flat",
      width: 2,
      height: 1,
      data: new Float32Array(6).fill(level),
    }),
  } satisfies Stage<undefined, FinishedPicture, { readonly level: number }>;
}

Deno.test("a registry holds nothing that another was given, under the same name or any", () => {
  const [one, other] = [openRegistry(), openRegistry()];
  const shipped = other.schema();
  const { name } = one.enter(flat(10));
  assert.equal(one.plugin("stage", name)?.name, "flat");
  assert.equal(other.plugin("stage", name), undefined);
  assert.equal(other.schema(), shipped);
  assert.doesNotMatch(JSON.stringify(openRegistry().schema()), /"flat"/);

  assert.equal(other.enter(flat(200)).name, name, "each counts for itself");
  const greatest = (registry: typeof one) =>
    (registry.plugin("stage", name)!.options as Stage["options"]).level.maximum;
  assert.deepEqual([greatest(one), greatest(other)], [10, 200]);
});

Deno.test("a registry lets go of what all who entered it have left", () => {
  const registry = openRegistry();
  const stage = flat(10);
  const places = [registry.enter(stage), registry.enter(stage)];
  const [{ name }] = places;
  assert.equal(places[1].name, name);
  places[0][Symbol.dispose]();
  assert.equal(registry.plugin("stage", name)?.name, "flat");
  places[1][Symbol.dispose]();
  assert.equal(registry.plugin("stage", name), undefined);
  assert.doesNotMatch(JSON.stringify(registry.schema()), /"flat"/);
});

Deno.test("two sessions with stages of one name run and check each its own, side by side", async () => {
  await using one = openSession();
  await using other = openSession();
  const [dark, bright] = [flat(10), flat(200)];
  const paint = async (session: typeof one, stage: Stage, level?: number) => {
    const pipeline = [level === undefined ? stage : { stage, level }];
    const { picture } = await session.stylise({ engine: "onnx-cpu", threads: 1, pipeline });
    return [...new Set(picture.data)];
  };
  const levels = await Promise.all([paint(one, dark), paint(other, bright), paint(one, dark, 9)]);
  assert.deepEqual(levels, [[10], [200], [9]]);
  assert.deepEqual(await paint(other, bright, 100), [100]);
  await assert.rejects(paint(one, dark, 100), (error: PresetError) => {
    assert.deepEqual(error.faults, [{
      source: "preset",
      path: "pipeline.0.level",
      message: "flat: must be <= 10: current value is 100",
      hint: undefined,
    }]);
    return true;
  });
});

Deno.test("two losses with an option of one name are each checked by their own schema", async () => {
  const own = (name: string, maximum: number): Loss => ({
    ...gram,
    name,
    options: { power: { type: "integer", maximum, default: 1 } },
  });
  const layers = { conv1_1: 1 };
  const faultsOf = async (soft: number, hard: number) => {
    const terms = {
      soft: { loss: own("soft", 2), layers, power: soft },
      hard: { loss: own("hard", 50), layers, power: hard },
      // One that ships has an option of that name too.
      smooth: { loss: "total-variation", power: 1 },
    };
    try {
      await loadPreset({ "loss-build": { terms } }, [], { incomplete: true });
      return [];
    } catch (error) {
      assert(error instanceof PresetError, String(error));
      return error.faults.map(({ path, message }) => [path, message]);
    }
  };
  const told = (term: string, most: number, value: number) => [
    `loss-build.terms.${term}.power`,
    `${term}: must be <= ${most}: current value is ${value}`,
  ];
  assert.deepEqual(await faultsOf(2, 50), []);
  assert.deepEqual(await faultsOf(3, 3), [told("soft", 2, 3)]);
  assert.deepEqual(await faultsOf(1, 51), [told("hard", 50, 51)]);
  assert.deepEqual(await faultsOf(3, 51), [told("soft", 2, 3), told("hard", 50, 51)]);
});
