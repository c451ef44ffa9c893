import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { UserError } from "../../base/errors.ts";
import { randomFrom } from "../../base/random.ts";
import { sizeOf } from "../../graph/mod.ts";
import { kernelShapes, type Painter, painterArchitectures, rowLength } from "../../networks/painter.ts";
import { openPainter, shippedPainter, writePainter } from "../../weights/painter_file.ts";
import { openSafetensors } from "../../weights/safetensors.ts";
import { writeSafetensors } from "../../weights/safetensors_writer.ts";
import { temporaryFolder } from "../helpers/folders.ts";

const { p16 } = painterArchitectures;

function painter(): Painter {
  const random = randomFrom(3);
  const filled = (length: number) => Float32Array.from({ length }, () => random() - 0.5);
  const rows = ["a", "b"].map((name, i) => ({
    name,
    learnt: [{ painting: "00ff", weight: 1 }],
    styleScale: 1 + i,
    values: filled(rowLength(p16)),
  }));
  const kernels = new Map(
    [...kernelShapes(p16)].map(([name, shape]) => [name, { shape, data: filled(sizeOf(shape)) }]),
  );
  return { architecture: p16, kernels, rows };
}

Deno.test("a painter that is written is read again, to the precision of float16", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/x.painter`;
  const made = painter();
  await writePainter(path, made, { licence: "MIT" });
  const read = await openPainter(pathToFileURL(path));
  assert.deepEqual(read.rows.map(({ values: _, ...note }) => note), made.rows.map(({ values: _, ...note }) => note));
  for (const [i, { values }] of made.rows.entries()) {
    assert.deepEqual(read.rows[i].values, values.map((value) => Math.f16round(value)));
  }
  for (const [name, { data }] of made.kernels) {
    assert.deepEqual(read.kernels.get(name)!.data, data.map((value) => Math.f16round(value)));
  }
  await using file = await openSafetensors(pathToFileURL(path));
  assert.equal(file.metadata.licence, "MIT");
});

Deno.test("a file that is no sound painter is refused in one line", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/x.painter`;
  const fails = async (message: RegExp) =>
    await assert.rejects(
      openPainter(pathToFileURL(path)),
      (error) => error instanceof UserError && message.test(error.message) && !error.message.includes("\n"),
    );
  await fails(/x\.painter/);
  await Deno.writeTextFile(path, "no painter at all");
  await fails(/x\.painter/);
  await writeSafetensors(path, { a: { shape: [1], data: Float32Array.of(1) } });
  await fails(/no painter/);

  const made = painter();
  await writePainter(path, made);
  const whole = await Deno.readFile(path);
  for (const length of [0, 7, 100, 5000, whole.length - 1]) {
    await Deno.writeFile(path, whole.subarray(0, length));
    await fails(/x\.painter/);
  }
  await writePainter(path, { ...made, kernels: new Map([...made.kernels].slice(1)) });
  await fails(/full\.weight is missing/);
  const [[name, { shape, data }]] = made.kernels;
  await writePainter(path, {
    ...made,
    kernels: new Map([...made.kernels, [name, { shape: shape.toReversed(), data }]]),
  });
  await fails(/full\.weight is \[5,5,3,16\]/);
  await writePainter(path, { ...made, rows: [{ ...made.rows[0], values: made.rows[0].values.fill(NaN) }] });
  await fails(/rows holds what is no number/);
});

Deno.test("the painter that ships is small, and has a row for each shipped painting", async () => {
  const { size } = await Deno.stat(shippedPainter);
  assert(size <= 3e6, `${size} bytes`);
  const { rows } = await openPainter(shippedPainter);
  for (const name of ["monet", "van-gogh", "hokusai", "mosaic", "ink"]) {
    const file = await Deno.readFile(new URL(`../../examples/${name}.jpg`, import.meta.url));
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", file)).toHex();
    const alone = rows.filter(({ learnt }) => learnt.length === 1 && learnt[0].painting === digest);
    assert(alone.length > 0, `no row has learnt ${name}`);
  }
});
