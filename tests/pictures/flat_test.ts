import assert from "node:assert/strict";
import { openPicture } from "../../pictures/read_picture.ts";
import { landscape, painted, plain } from "../helpers/pictures.ts";
import { tiff } from "../helpers/tiff.ts";

async function remarks(bytes: Uint8Array): Promise<string[]> {
  const words: string[] = [];
  const file = await openPicture(bytes, new URL("file:///mine.tif"), { remark: (word) => words.push(word) });
  for (const width of [file.size.width, 30]) await file.pixels({ ...file.size, width });
  return words;
}

Deno.test("a picture of one colour in a file that is not small is told, once", async () => {
  // Depths below 0, which are no light.
  const samples = Float32Array.from({ length: 120 * 90 }, (_, i) => -i);
  const dark = tiff({ width: 120, height: 90, samples, photometric: 1 });
  assert.deepEqual(
    (await remarks(dark)).filter((word) => word.includes("one colour")),
    ["all of it is one colour, rgb(0, 0, 0), although the file is not small"],
  );
});

Deno.test("what is flat and stored as such, a shape in opacity, and any other picture are not told", async () => {
  for (const format of ["png", "jpeg", "webp"] as const) {
    assert.deepEqual(await remarks(await plain(2000, 1500, [90, 20, 30]).toFormat(format).toBuffer()), []);
  }
  const noise = painted(200, 200, (x, y) => [0, 0, 0, (x * 7919 + y * y * 104729) % 256]);
  assert.deepEqual(await remarks(await noise.tiff({ compression: "none" }).toBuffer()), []);
  assert.deepEqual(await remarks(await landscape(200, 150).tiff({ compression: "none" }).toBuffer()), []);
});
