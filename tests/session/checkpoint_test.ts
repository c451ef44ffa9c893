import assert from "node:assert/strict";
import type { Progress } from "../../chain/progress.ts";
import { openCheckpoints } from "../../session/checkpoint.ts";
import { fingerprintOf } from "../../session/fingerprint.ts";
import { resolvePreset } from "../../presets/resolve.ts";
import { recipe } from "../helpers/painting.ts";
import { clearError } from "../helpers/errors.ts";
import { temporaryFolder } from "../helpers/folders.ts";

const layer = {
  source: "test",
  base: new URL("file:///presets/"),
  json: { ...recipe, decode: { content: "photo.png" } },
};
const preset = resolvePreset("test", [layer], { incomplete: true });

/** Checkpoints of a run in a folder that may take so much memory, and what is said of them. */
async function opened(
  output: string,
  memory: number | undefined,
  resume: boolean,
  digests: Record<string, string> = {},
) {
  const reported: Progress[] = [];
  const run = { fingerprint: fingerprintOf(preset, digests), output, memory };
  const checkpoints = await openCheckpoints(run, { resume, report: (event) => void reported.push(event) });
  return { ...checkpoints, reported };
}

const done = {
  position: [{ of: "scale", index: 1, count: 3 }],
  step: 7,
  notes: { any: [1, 2] },
  arrays: { best: { shape: [3], data: Float32Array.of(1, 2, 3) } },
};

Deno.test("a resumed run has the memory of the first one, whatever it is granted now", async () => {
  for (const first of [3e8, undefined]) {
    await using folder = await temporaryFolder();
    const output = folder.at("out.png");
    const begun = await opened(output, first, false);
    assert.equal(begun.memory, first);
    await begun.save(done);
    for (const now of [5e8, undefined]) assert.equal((await opened(output, now, true)).memory, first);
  }
});

Deno.test("a checkpoint gives back what was saved, and is refused by a run of other pictures", async () => {
  await using folder = await temporaryFolder();
  const output = folder.at("out.png");
  const digests = { "file:///presets/photo.png": "aa" };
  assert.equal(await (await opened(output, undefined, false, digests)).resumable(), false);
  await (await opened(output, undefined, false, digests)).save(done);
  const { restored, reported, resumable } = await opened(output, undefined, true, digests);
  assert.deepEqual([restored!.position, restored!.step, restored!.notes], [done.position, done.step, done.notes]);
  assert.deepEqual(restored!.names, ["best"]);
  assert.deepEqual(await restored!.tensor("best"), done.arrays.best);
  assert.equal(await resumable(), true);
  assert.deepEqual(reported.map(({ kind }) => kind), ["resumed"]);
  await clearError(() => opened(output, undefined, true, { "file:///presets/photo.png": "bb" }));
});
