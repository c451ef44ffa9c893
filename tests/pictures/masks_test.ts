import assert from "node:assert/strict";
import { coverage, covered, readMask, readPictureMask } from "../../pictures/masks.ts";
import type { Plane } from "../../pictures/plane.ts";
import { openPicture } from "../../pictures/read_picture.ts";
import { clearError } from "../helpers/errors.ts";
import { type Colour, painted } from "../helpers/pictures.ts";

const row = (...data: number[]): Plane => ({ width: data.length, height: 1, data: Float32Array.from(data) });
const seen = (planes: (Plane | undefined)[]) => planes.map((plane) => plane && [...plane.data]);

Deno.test("without masks every style applies everywhere", () => {
  assert.deepEqual(coverage([undefined, undefined]), [undefined, undefined]);
});

Deno.test("styles without a mask take what the masks leave, overlaps are shared, and the uncovered stays so", () => {
  const [a, b] = [row(1, 1, 0.5, 0), row(0, 1, 0, 0)];
  assert.deepEqual(seen(coverage([a, b])), [[1, 0.5, 0.5, 0], [0, 0.5, 0, 0]]);
  assert.deepEqual(seen(coverage([a, undefined, b, undefined])), [
    [1, 0.5, 0.5, 0],
    [0, 0, 0.5, 1],
    [0, 0.5, 0, 0],
    [0, 0, 0.5, 1],
  ]);
});

Deno.test("styles with one mask share the place", () => {
  const mask = row(1, 0.5);
  const [first, second] = coverage([mask, mask]);
  assert.equal(first, second);
  assert.deepEqual(seen([first]), [[1, 0.5]]);
});

async function mask(colourAt: (x: number) => Colour) {
  const png = await painted(4, 4, colourAt).png().toBuffer();
  return await readMask(await openPicture(png, new URL("file:///mask.png")), { width: 4, height: 4 }, "mask.png");
}

Deno.test("a mask is a picture's brightness, and black where it is transparent", async () => {
  const { data } = await mask((x) =>
    [[255, 255, 255, 255], [51, 51, 51, 255], [255, 255, 255, 0], [0, 0, 255, 255]][x]
  );
  assert.deepEqual([...data.slice(0, 4)].map((value) => Math.round(1000 * value)), [1000, 200, 0, 333]);
});

Deno.test("a mask that is black everywhere is an error", async () => {
  const error = await clearError(() => mask(() => [0, 0, 0]));
  assert.match(error.message, /mask.png: at 4×4 pixels it is black everywhere/);
});

Deno.test("a painting's mask that leaves too little to tell a style is an error", async () => {
  const png = await painted(40, 30, (x) => x < 8 ? [255, 255, 255] : [0, 0, 0]).png().toBuffer();
  const read = async (width: number, height: number) =>
    await readPictureMask(await openPicture(png, new URL("file:///mask.png")), { width, height }, "mask.png");
  assert.match((await clearError(() => read(40, 30))).message, /of the painting's 40×30 pixels it leaves 240/);
  assert.equal((await read(80, 60)).width, 80);
});

Deno.test("what is painted is where any style applies; nothing is said where that is everywhere", () => {
  const [a, b] = [row(1, 0.5, 0), row(0, 0.5, 0.25)];
  assert.deepEqual(seen([covered([a, b, a])]), [[1, 1, 0.25]]);
  assert.equal(covered([a, row(0, 0.5, 1)]), undefined);
  assert.equal(covered([undefined, undefined]), undefined);
});
