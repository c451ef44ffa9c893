import assert from "node:assert/strict";
import { coverage, covered, readMask, readPictureMask } from "../../pictures/masks.ts";
import type { Plane } from "../../pictures/plane.ts";
import { opaquePixels } from "../../pictures/opacity.ts";
import { openPicture, type PictureFile } from "../../pictures/read_picture.ts";
import { clearError } from "../helpers/errors.ts";
import { type Colour, painted, plain } from "../helpers/pictures.ts";

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

for (
  const [what, colourAt] of [
    ["black paint on a transparent layer", (x) => [0, 0, 0, 255 * x / 3]],
    ["red paint on a transparent layer", (x) => [255, 0, 0, 255 * x / 3]],
    ["white on black", (x) => [85 * x, 85 * x, 85 * x]],
    ["white on black, all of it opaque", (x) => [85 * x, 85 * x, 85 * x, 255]],
  ] as [string, (x: number) => Colour][]
) {
  Deno.test(`a mask is read where its shape is: ${what}`, async () => {
    const { data } = await mask(colourAt);
    assert.deepEqual([...data.slice(0, 4)].map((value) => Math.round(3 * value)), [0, 1, 2, 3]);
  });
}

const opened = async (image: ReturnType<typeof painted>) =>
  await openPicture(await image.png().toBuffer(), new URL("file:///mask.png"));
const grey = await opened(plain(40, 30, [90, 90, 90]));

Deno.test("a painting's mask that leaves too little to tell a style is an error", async () => {
  const file = await opened(painted(40, 30, (x) => x < 8 ? [255, 255, 255] : [0, 0, 0]));
  const read = async (width: number, height: number) =>
    await readPictureMask(grey, { width, height }, { file, name: "mask.png" });
  assert.match((await clearError(() => read(40, 30))).message, /of the painting's 40×30 pixels it leaves 240/);
  assert.equal((await read(80, 60))!.width, 80);
});

Deno.test("a painting's opacity is its mask, beside one of its own", async () => {
  const size = { width: 40, height: 30 };
  const painting = await opened(painted(40, 30, (x) => [200, 90, 10, x < 20 ? 0 : 255]));
  const file = await opened(painted(40, 30, (_, y) => y < 15 ? [255, 255, 255] : [0, 0, 0]));
  const chosen = async (own: PictureFile | undefined) => {
    const { data } = (await readPictureMask(painting, size, { file: own, name: "painting.png" }))!;
    return [[5, 5], [30, 5], [30, 25]].map(([x, y]) => data[y * 40 + x]);
  };
  assert.deepEqual(await chosen(undefined), [0, 1, 1]);
  assert.deepEqual(await chosen(file), [0, 1, 0]);
  assert.equal(await readPictureMask(grey, size, { name: "grey.png" }), undefined);
  const faint = await opened(painted(40, 30, (x) => [200, 90, 10, x < 4 ? 255 : 0]));
  const error = await clearError(() => readPictureMask(faint, size, { name: "faint.png" }));
  assert.match(error.message, /faint.png: of its 40×30 pixels those that are not transparent are 120/);
});

Deno.test("what is transparent in a painting takes the mean colour of the rest", async () => {
  const size = { width: 40, height: 30 };
  const painting = await opened(
    painted(40, 30, (x) => x < 10 ? [0, 0, 0, 0] : x < 25 ? [100, 0, 50].concat(255) : [200, 0, 50, 255]),
  );
  const { data } = await opaquePixels(painting, size);
  assert.deepEqual([5, 15, 35].map((x) => Math.round(data[x])), [150, 100, 200]);
  assert.deepEqual(await opaquePixels(grey, size), await grey.pixels(size));
});

Deno.test("what is painted is where any style applies; nothing is said where that is everywhere", () => {
  const [a, b] = [row(1, 0.5, 0), row(0, 0.5, 0.25)];
  assert.deepEqual(seen([covered([a, b, a])]), [[1, 1, 0.25]]);
  assert.equal(covered([a, row(0, 0.5, 1)]), undefined);
  assert.equal(covered([undefined, undefined]), undefined);
});

Deno.test("a share that is missing by more than rounding is not covered", () => {
  assert.equal(covered([row(1, 1 - 1e-6)]), undefined);
  assert.equal(covered([row(0.1, 1 / 3), row(0.2, 1 / 3), row(0.7, 1 / 3)]), undefined);
  assert.deepEqual(seen([covered([row(1, 0.9995)])]), [[1, Math.fround(0.9995)]]);
});
