import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { train, type TrainingOptions, UserError } from "../../mod.ts";
import { openPainter } from "../../weights/painter_file.ts";
import { temporaryFolder } from "../helpers/folders.ts";
import { inRoot } from "../helpers/shared.ts";

const photographs = [inRoot("examples/valley.jpg"), inRoot("examples/ink.jpg")];
const preset = { extends: "monet", decode: { size: 96 }, engine: "onnx-cpu", threads: 2 } as const;
const steps = 2;

/** Trains in a folder; the signal comes after a step. */
async function trained(path: string, more: Partial<TrainingOptions> = {}, stopAfter = Infinity) {
  const stop = new AbortController();
  const losses: number[] = [];
  const { picture } = await train(preset, {
    painter: path,
    photographs,
    steps,
    ...more,
    signal: stop.signal,
    keep: true,
    onProgress: (event) => {
      if (event.kind !== "step") return;
      losses.push(event.value);
      if (event.step >= stopAfter) stop.abort();
    },
  });
  return { picture, losses, bytes: await Deno.readFile(path) };
}

Deno.test("a painter is trained, is the same again, and goes on from where it was interrupted to the same bytes", async () => {
  await using folder = await temporaryFolder();
  const whole = await trained(folder.at("a.painter"));
  assert.equal(whole.losses.length, steps);
  assert.equal(Math.max(whole.picture.width, whole.picture.height), 96);
  assert.deepEqual(await folder.list(), ["a-sample.png", "a.painter"]);

  const { rows } = await openPainter(pathToFileURL(folder.at("a.painter")));
  assert.equal(rows.length, 1);
  const painting = new Uint8Array(
    await crypto.subtle.digest("SHA-256", await Deno.readFile(inRoot("examples/monet.jpg"))),
  );
  assert.deepEqual(rows[0].learnt, [{ painting: painting.toHex(), weight: 1 }]);

  const begun = await trained(folder.at("b.painter"), {}, 1);
  assert.equal(begun.losses.length, 1);
  assert((await openPainter(pathToFileURL(folder.at("b.painter")))).rows.length === 1, "it leaves no painter");
  assert.notDeepEqual(begun.bytes, whole.bytes);
  const ended = await trained(folder.at("b.painter"), { resume: true });
  assert.deepEqual([...begun.losses, ...ended.losses], whole.losses);
  assert.deepEqual(ended.bytes, whole.bytes);
  assert.deepEqual(await folder.list(), ["a-sample.png", "a.painter", "b-sample.png", "b.painter"]);
});

Deno.test("a preset that a painter cannot hold is refused before the training begins", async () => {
  await using folder = await temporaryFolder();
  const refused = async (preset: Parameters<typeof train>[0], message: RegExp) => {
    await assert.rejects(
      train(preset, { painter: folder.at("x.painter"), photographs, steps }),
      (error) => error instanceof UserError && message.test(error.message),
    );
    assert.deepEqual(await folder.list(), []);
  };
  await refused({ extends: "starry-sky", decode: { size: 96 } }, /masks/);
  await refused({ extends: "oil", decode: { size: 96 } }, /not taken as they are/);
  await refused({ extends: "monet", decode: { size: 96 }, train: { learningRate: 0 } }, /learningRate/);
});
