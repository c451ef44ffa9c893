import assert from "node:assert/strict";
import { InferenceSession, Tensor } from "npm:onnxruntime-node@1.30.0";
import { UserError } from "../../base/errors.ts";
import type { ForeignPainter } from "../../networks/foreign_painter.ts";
import { openEngine } from "../../engines/mod.ts";
import { levelsOf, repaintedByModel } from "../../painters/foreign.ts";
import type { Picture } from "../../pictures/picture.ts";
import { openAnyPainter } from "../../weights/any_painter.ts";
import { inShared, needingShared } from "../helpers/shared.ts";
import { differences, networkFile, waves } from "./networks.ts";
import { pathToFileURL } from "node:url";

async function open(location: URL): Promise<ForeignPainter> {
  const painter = await openAnyPainter(location);
  assert("model" in painter);
  return painter;
}

/** What ONNX Runtime makes of a picture by itself. */
async function byRuntime({ model }: ForeignPainter, { width, height, data }: Picture): Promise<Float32Array> {
  const session = await InferenceSession.create(model.bytes, { intraOpNumThreads: 1, logSeverityLevel: 4 });
  const results = await session.run({ [model.input]: new Tensor("float32", data, [1, 3, height, width]) });
  const made = Float32Array.from(results[model.output].data as Float32Array);
  await session.release();
  return made;
}

Deno.test("a network of any size with levels of 0..1 paints as ONNX Runtime does", async () => {
  await using engine = await openEngine("onnx-cpu", { threads: 1 });
  const painter = await open(networkFile("one.onnx"));
  const photograph = waves(37, 21);
  assert.equal(await levelsOf(painter, engine), 1);
  const { data } = await repaintedByModel(painter, photograph, engine);
  const due = await byRuntime(painter, { ...photograph, data: photograph.data.map((level) => level / 255) });
  const { most } = differences(data, due.map((value) => value * 255));
  assert(most < 1e-3, String(most));
});

Deno.test("a network of a fixed size paints as ONNX Runtime does, and larger pictures without seams", async () => {
  await using engine = await openEngine("onnx-cpu", { threads: 1 });
  const painter = await open(networkFile("fixed.onnx"));
  assert.deepEqual([painter.width, painter.height], [32, 32]);
  const photograph = waves(32, 32);
  assert.equal(await levelsOf(painter, engine), 255);
  const alone = await repaintedByModel(painter, photograph, engine);
  assert(differences(alone.data, await byRuntime(painter, photograph)).most < 1e-4);
  // Each corner is seen by one window alone.
  const large = waves(75, 50);
  const { width, data } = await repaintedByModel(painter, large, engine);
  const corner = Float32Array.from({ length: 3 * 32 * 32 }, (_, i) => {
    const [plane, y, x] = [Math.floor(i / 1024), Math.floor(i / 32) % 32, i % 32];
    return large.data[(plane * 50 + y) * 75 + x];
  });
  const due = await byRuntime(painter, { width: 32, height: 32, data: corner });
  // Black is not taken for levels of 0..1.
  const black = { width: 32, height: 32, data: new Float32Array(3 * 32 * 32) };
  const dark = await repaintedByModel(painter, { ...black, data: black.data.slice() }, engine);
  assert(differences(dark.data, await byRuntime(painter, black)).most < 1e-4);
  for (const plane of [0, 1, 2]) assert(Math.abs(data[plane * 75 * 50 + width + 1] - due[plane * 1024 + 33]) < 1e-3);
  assert(data.every(Number.isFinite));
  const small = await repaintedByModel(painter, waves(20, 9), engine);
  assert.deepEqual([small.width, small.height, small.data.length], [20, 9, 540]);
});

Deno.test("a network that takes multiples of a number alone sees a mirrored border", async () => {
  await using engine = await openEngine("onnx-cpu", { threads: 1 });
  const painter = await open(networkFile("even.onnx"));
  const { data } = await repaintedByModel({ ...painter, levels: 255 }, waves(21, 17), engine);
  const photograph = waves(21, 17).data;
  const mean = (photograph[0] + photograph[1] + photograph[21] + photograph[22]) / 4;
  assert(Math.abs(data[0] - photograph[0] - mean) < 1e-3);
  assert(data.every(Number.isFinite));
});

Deno.test("networks that make no picture of a picture are one line and its hint", async () => {
  await using engine = await openEngine("onnx-cpu", { threads: 1 });
  const refused: readonly [string, RegExp][] = [
    ["grey.onnx", /^Cannot use .*grey\.onnx as a painter: it takes "in0", float32 \[1,1,any,any\], and no picture/],
    ["two.onnx", /^Cannot use .*two\.onnx as a painter: it takes 2 tensors, not one picture$/],
  ];
  for (const [file, message] of refused) {
    await assert.rejects(open(networkFile(file)), (error) => error instanceof UserError && message.test(error.message));
  }
  const smaller = await open(networkFile("smaller.onnx"));
  await assert.rejects(
    repaintedByModel(smaller, waves(32, 32), engine),
    { name: "UserError", message: "Cannot paint with smaller: it makes 32×32 pixels of 64×64" },
  );
});

Deno.test("an engine that runs no ONNX says so", async () => {
  await using engine = await openEngine("onnx-cpu", { threads: 1 });
  const { compileModel: _, ...without } = engine;
  await assert.rejects(
    repaintedByModel(await open(networkFile("one.onnx")), waves(32, 32), { ...without, name: "other" }),
    { name: "UserError", message: "The engine other runs no networks in ONNX, such as one" },
  );
});

const mosaic = "painters/mosaic_nc16_256x256_onnxjs013.onnx";
Deno.test(needingShared(mosaic, "a network from PyTorch 0.4 paints as ONNX Runtime does", async () => {
  await using engine = await openEngine("onnx-cpu", { threads: 1 });
  const painter = await open(pathToFileURL(inShared(mosaic)));
  const photograph = waves(256, 256);
  const { data } = await repaintedByModel(painter, photograph, engine);
  assert(differences(data, await byRuntime(painter, photograph)).mean < 1e-3);
}));
