import assert from "node:assert/strict";
import { onnxEngine } from "../../engines/onnx/engine.ts";
import { sizeOf } from "../../graph/mod.ts";
import { kernelShapes, type Painter, painterArchitectures, rowLength } from "../../networks/painter.ts";
import { normalFrom, randomFrom } from "../../base/random.ts";
import { type Preset, stylise } from "../../mod.ts";
import { openLearner } from "../../weights/any_painter.ts";
import { networkFile } from "./networks.ts";
import { repainted } from "../../painters/repainting.ts";
import { mixedLight } from "../../pictures/mixed_light.ts";
import { loadPicture } from "../../pictures/read_picture.ts";

const { p16l } = painterArchitectures;

/** A painter that nobody trained. */
function painter(): Painter {
  const normal = normalFrom(randomFrom(1));
  const kernels = new Map([...kernelShapes(p16l)].map(([name, shape]) => {
    const deviation = Math.sqrt(2 / sizeOf(shape.slice(1)));
    return [name, { shape, data: Float32Array.from({ length: sizeOf(shape) }, () => deviation * normal()) }];
  }));
  const values = Float32Array.from({ length: rowLength(p16l) }, () => 0.5 + 0.2 * normal());
  return { architecture: p16l, kernels, rows: [{ name: "x", learnt: [], styleScale: 1, values }] };
}

const picture = (width: number, height: number) => ({
  width,
  height,
  data: Float32Array.from(
    { length: 3 * width * height },
    (_, i) => 128 + 60 * Math.sin(i % width / 9) + 60 * Math.cos(i / width / 7),
  ),
});

Deno.test("a picture in windows is that in others, whatever their sides", async () => {
  await using engine = onnxEngine({ threads: 2 });
  const made = painter();
  const photograph = picture(523, 301);
  const places = [{ row: made.rows[0].values }];
  const paint = (side: number) =>
    repainted(made, photograph, places, engine, { wholePixels: 0, windowPixels: side ** 2 });
  const [small, large] = [await paint(280), await paint(528)];
  assert.deepEqual([small.width, small.height], [523, 301]);
  const farthest = small.data.reduce((most, level, i) => Math.max(most, Math.abs(level - large.data[i])), 0);
  const spread = Math.max(...small.data.subarray(0, 1000)) - Math.min(...small.data.subarray(0, 1000));
  assert(spread > 5, `the picture hardly varies: by ${spread}`);
  assert(farthest < 0.1, `windows differ by ${farthest} levels`);
  const way = { wholePixels: 0, windowPixels: 280 ** 2, inPlace: true };
  const placed = await repainted(made, photograph, places, engine, way);
  assert.equal(placed.data, photograph.data);
  assert.deepEqual(placed, small);
});

Deno.test("a mask of a photograph parts two rows, at once and in windows", async () => {
  await using engine = onnxEngine({ threads: 2 });
  const made = painter();
  const { width, height, data } = picture(301, 283);
  const row = made.rows[0].values;
  const other = row.map((value, i) => i >= row.length - 3 ? value + 1 : value);
  const left = {
    width,
    height,
    data: Float32Array.from({ length: width * height }, (_, i) => i % width < 150 ? 1 : 0),
  };
  const right = { ...left, data: left.data.map((share) => 1 - share) };
  for (const way of [{}, { wholePixels: 0, windowPixels: 256 ** 2 }]) {
    const alone = await repainted(made, { width, height, data }, [{ row }], engine, way);
    const both = await repainted(
      made,
      { width, height, data },
      [{ row, where: left }, { row: other, where: right }],
      engine,
      way,
    );
    // The rows differ in the last colour alone, by 128 levels.
    const change = (x: number) => both.data[100 * width + x] - alone.data[100 * width + x];
    assert(Math.abs(change(20)) < 0.1, `left by ${change(20)}`);
    assert(Math.abs(change(280) - 128) < 0.1, `right by ${change(280)}`);
  }
});

Deno.test("where masks leave a gap, or are grey, the rest is painted as if they did not", async () => {
  await using engine = onnxEngine({ threads: 2 });
  const made = painter();
  const { width, height, data } = picture(176, 144);
  const row = made.rows[0].values;
  const share = (of: (x: number) => number) => ({
    width,
    height,
    data: Float32Array.from({ length: width * height }, (_, i) => of(i % width)),
  });
  const alone = await repainted(made, { width, height, data: data.slice() }, [{ row }], engine);
  const masks = [share((x) => x < 40 ? 0.3 : 0), share((x) => x >= 40 && x < 90 ? 1 : 0)];
  const parted = await repainted(made, { width, height, data }, masks.map((where) => ({ row, where })), engine);
  const farthest = parted.data.reduce((most, level, i) => Math.max(most, Math.abs(level - alone.data[i])), 0);
  assert(farthest < 0.1, `off by ${farthest} levels`);
});

Deno.test("sides that are no multiple of the stride are painted to their last row and column", async () => {
  await using engine = onnxEngine({ threads: 2 });
  for (const made of [painter(), await openLearner(networkFile("style.model"))]) {
    for (const [width, height] of [[41, 17], [8, 8], [130, 33], [3, 50], [1, 1]]) {
      const { data } = await repainted(made, picture(width, height), [{ row: made.rows[0].values }], engine);
      assert.equal(data.length, 3 * width * height);
      assert(data.every((level) => Number.isFinite(level) && level !== 0));
    }
  }
});

Deno.test("what is laid over a large photograph is laid over the photograph, though its memory is painted over", async () => {
  const preset: Preset = {
    extends: "monet",
    method: "painter",
    decode: { content: "impasto:examples/harbour.jpg", size: 1184, enlarge: true },
  };
  const whole = (await stylise(preset)).picture;
  assert(whole.width * whole.height > 2 ** 20);
  const half = (await stylise({ ...preset, deprocess: { strength: 0.5 } })).picture;
  const photograph = await (await loadPicture(new URL("../../examples/harbour.jpg", import.meta.url).href)).pixels(
    whole,
  );
  const wanted = mixedLight(photograph, whole, 0.5).data;
  const farthest = half.data.reduce((most, level, i) => Math.max(most, Math.abs(level - wanted[i])), 0);
  assert(farthest < 0.01, `${farthest} levels`);
});
