import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { type Preset, train, type TrainingOptions, UserError } from "../../mod.ts";
import { randomFrom } from "../../base/random.ts";
import type { Size } from "../../pictures/picture.ts";
import type { PictureFile } from "../../pictures/read_picture.ts";
import { openCrops } from "../../stages/train/crops.ts";
import { openPainter, writePainter } from "../../weights/painter_file.ts";
import { temporaryFolder } from "../helpers/folders.ts";
import { assertSameBytes } from "../helpers/same_bytes.ts";
import { inRoot } from "../helpers/shared.ts";
import { smallPainter } from "../painters/small_painter.ts";

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
  assertSameBytes(ended.bytes, whole.bytes);
  assert.deepEqual(await folder.list(), ["a-sample.png", "a.painter", "b-sample.png", "b.painter"]);
});

Deno.test("content is weighed anew by the sample before the second of two steps, unless a number is given", async () => {
  await using folder = await temporaryFolder();
  await writePainter(folder.at("small.painter"), smallPainter(["one"]));
  const lossesWith = async (more: Partial<TrainingOptions>) =>
    (await trained(folder.at("a.painter"), { from: folder.at("small.painter"), ...more })).losses;
  const [even, steady] = [await lossesWith({}), await lossesWith({ content: 5 })];
  assert.equal(even[0], steady[0]);
  assert.notEqual(even[1], steady[1]);
});

Deno.test("a preset's file, its sample, and a painter to start from are taken where they lie", async () => {
  await using folder = await temporaryFolder();
  const file = folder.at("mine.json");
  await Deno.writeTextFile(file, JSON.stringify({ extends: "monet", decode: { size: 96 }, engine: "onnx-cpu" }));
  const from = inRoot("tests/painters/files/style.pth");
  const { picture } = await train(file, {
    ...{ painter: folder.at("m.painter"), sample: folder.at("s.png"), photographs, steps: 1, from },
  });
  assert.equal(picture.width, 96);
  assert.deepEqual(await folder.list(), ["m.painter", "mine.json", "s.png"]);
  const { architecture } = await openPainter(pathToFileURL(folder.at("m.painter")));
  assert.equal(architecture.name, "fast-neural-style-4-6-8-1");
});

Deno.test("a training needs photographs, and writes over nothing but a painter", async () => {
  await using folder = await temporaryFolder();
  await Deno.copyFile(photographs[0], folder.at("holiday"));
  const before = await Deno.readFile(folder.at("holiday"));
  const refused = async (more: Partial<TrainingOptions>, message: RegExp) =>
    await assert.rejects(
      train(preset, { painter: folder.at("x.painter"), photographs, steps, ...more }),
      (error) => error instanceof UserError && message.test(error.message),
    );
  await refused({ photographs: [] }, /train\.photographs: is missing/);
  await refused({ painter: folder.at("holiday") }, /holiday: there is a file that is no painter/);
  await refused({ painter: folder.at("new.jpg") }, /new\.jpg: \.jpg is the ending of a picture/);
  await refused({ from: inRoot("tests/painters/files/one.onnx") }, /one\.onnx .*a network in ONNX, which cannot learn/);
  assert.deepEqual(await Deno.readFile(folder.at("holiday")), before);
  assert.deepEqual(await folder.list(), ["holiday"]);
});

Deno.test("of a preset without a photograph the first one is painted, and not learnt from", async () => {
  await using folder = await temporaryFolder();
  await writePainter(folder.at("small.painter"), smallPainter(["one"]));
  const bare: Preset = {
    ...{ extends: "painting", engine: "onnx-cpu", threads: 2 },
    decode: { size: 64, styles: [{ picture: inRoot("examples/monet.jpg") }] },
  };
  const losses: number[] = [];
  const options: TrainingOptions = {
    ...{ painter: folder.at("a.painter"), from: folder.at("small.painter"), steps: 1 },
    onProgress: (event) => void (event.kind === "step" && losses.push(event.value)),
  };
  const { picture } = await train(bare, { ...options, photographs });
  assert.deepEqual([picture.width, picture.height], [64, 48]);
  const [own, ...others] = photographs;
  await train({ ...bare, decode: { ...bare.decode, content: own } }, { ...options, photographs: others });
  assert.equal(losses[0], losses[1]);
  await assert.rejects(train(bare, { ...options, photographs: photographs.slice(0, 1) }), /kept for the sample/);
  await assert.rejects(train(bare, { ...options, painter: "" }), /The painter needs a place/);
});

Deno.test("crops are of photographs, however small or narrow these are", async () => {
  const opened = (width: number, height: number) => {
    const pixels = ({ width, height }: Size) =>
      Promise.resolve({ width, height, data: new Float32Array(3 * width * height).fill(200) });
    return { size: { width, height }, pixels } as PictureFile;
  };
  const sizes = [[40, 30], [4000, 90], [500, 281], [1, 100_000]] as const;
  for (const [width, height] of sizes) {
    const crops = await openCrops([opened(width, height)]);
    const random = randomFrom(3);
    const batch = crops.batch({ side: 256, count: 40 }, random);
    const own = Array.from({ length: 40 }, (_, i) => batch[i * 3 * 256 ** 2]).filter((level) => level === 200);
    assert(own.length > 25, `${width}×${height}: ${own.length} crops of 40`);
  }
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
