import assert from "node:assert/strict";
import { InferenceSession, Tensor } from "npm:onnxruntime-node@1.30.0";
import { openEngine } from "../../engines/mod.ts";
import type { Painter } from "../../networks/painter.ts";
import { painterModel } from "../../painters/onnx_model.ts";
import { repainted } from "../../painters/repainting.ts";
import type { Picture } from "../../pictures/picture.ts";
import { openAnyPainter } from "../../weights/any_painter.ts";
import { outlineOf } from "../../weights/readers/onnx.ts";
import { differences, networkFile, waves } from "./networks.ts";
import { smallPainter } from "./small_painter.ts";

/** What ONNX Runtime makes of photographs with a model. */
async function runAll(bytes: Uint8Array, photographs: readonly Picture[], style?: readonly number[]) {
  const session = await InferenceSession.create(bytes, { intraOpNumThreads: 1, logSeverityLevel: 4 });
  const pictures: Float32Array[] = [];
  for (const { width, height, data } of photographs) {
    const { picture } = await session.run({
      photograph: new Tensor("float32", data, [1, 3, height, width]),
      ...style && { style: new Tensor("float32", Float32Array.from(style), [style.length]) },
    });
    assert.deepEqual(picture.dims, [1, 3, height, width]);
    pictures.push(Float32Array.from(picture.data as Float32Array));
  }
  await session.release();
  return pictures;
}

async function assertSame(painter: Painter, row: Float32Array, photographs: readonly Picture[], made: Float32Array[]) {
  await using engine = await openEngine("onnx-cpu", { threads: 1 });
  for (const [i, photograph] of photographs.entries()) {
    const { data } = await repainted(painter, photograph, [{ row }], engine);
    const { most } = differences(data.map((level) => Math.min(255, Math.max(0, level))), made[i]);
    assert(most < 0.02, `${photograph.width}×${photograph.height}: ${most}`);
    assert(new Set(data).size > 100, "the picture is flat");
  }
}

// One of them is wider than what grain repeats after.
const sizes = [[32, 24], [33, 26], [27, 41], [9, 10], [1061, 17]] as const;
const photographs = sizes.map(([width, height]) => waves(width, height));

Deno.test("a painter of one style runs in ONNX Runtime as here, in any size", async () => {
  const painter = smallPainter(["one"]);
  const { bytes, stored } = painterModel(painter, painter.rows);
  assert.equal(stored, "float16");
  const free = (name: string) => ({ name, type: 1, shape: [1, 3, undefined, undefined] });
  assert.deepEqual(outlineOf(bytes), { inputs: [free("photograph")], outputs: [free("picture")] });
  await assertSame(painter, painter.rows[0].values, photographs, await runAll(bytes, photographs));
});

Deno.test("with several styles the shares of their rows are a second input", async () => {
  const painter = smallPainter(["one", "two"]);
  const { bytes } = painterModel(painter, painter.rows);
  assert.deepEqual(outlineOf(bytes).inputs[1], { name: "style", type: 1, shape: [2] });
  const [one, two] = painter.rows.map(({ values }) => values);
  await assertSame(painter, two, photographs, await runAll(bytes, photographs, [0, 1]));
  const mixed = one.map((value, i) => 0.25 * value + 0.75 * two[i]);
  // Shares are shared out.
  await assertSame(painter, mixed, photographs, await runAll(bytes, photographs, [1, 3]));
});

Deno.test("an imported network goes out as it came in, in float32", async () => {
  const painter = await openAnyPainter(networkFile("style.pth"));
  assert("architecture" in painter);
  const { bytes, stored } = painterModel(painter, painter.rows);
  assert.equal(stored, "float32");
  await assertSame(painter, painter.rows[0].values, photographs, await runAll(bytes, photographs));
});
