import assert from "node:assert/strict";
import sharp from "../../pictures/sharp_package.ts";
import { openPicture } from "../../pictures/read_picture.ts";
import { clearError } from "../helpers/errors.ts";
import { temporaryFolder } from "../helpers/folders.ts";
import { landscape, plain } from "../helpers/pictures.ts";
import { tiff, type TiffPage } from "../helpers/tiff.ts";

const somewhere = new URL("file:///pictures/mine.jpg");

/** A page of one level of grey, but for its last pixel. */
function page(width: number, height: number, level: number, more: Partial<TiffPage> = {}): TiffPage {
  const samples = new Uint8Array(width * height).fill(level);
  samples[samples.length - 1] = 255;
  return { width, height, samples, photometric: 1, ...more };
}

/** The tag NewSubfileType: 1 is a smaller copy of another page. */
const preview = { tags: { 254: 1 } };

/** The level and the size of the picture that is read, and what is said of it. */
async function read(source: Uint8Array | string) {
  const words: string[] = [];
  const file = await openPicture(source, somewhere, { remark: (word) => words.push(word) });
  return { ...file.size, level: Math.round((await file.pixels(file.size)).data[0]), words };
}

Deno.test("a page that is a preview is passed over, with a word", async () => {
  const bytes = tiff(page(16, 12, 50, preview), page(40, 30, 100, preview), page(200, 150, 150));
  const words = ["its first page is a preview: page 3, 200×150, is taken"];
  assert.deepEqual(await read(bytes), { width: 200, height: 150, level: 150, words });
  await using folder = await temporaryFolder();
  assert.equal((await read(await folder.write("a.tif", bytes))).level, 150);
});

Deno.test("the picture is found below a preview", async () => {
  const bytes = tiff(page(16, 12, 50, { ...preview, below: [page(20, 10, 70, preview), page(200, 150, 150)] }));
  const words = ["its first page is a preview: the picture below page 1, 200×150, is taken"];
  assert.deepEqual(await read(bytes), { width: 200, height: 150, level: 150, words });
});

Deno.test("of several pages the first is taken, with a word; smaller copies behind it are worth none", async () => {
  const words = ["it has 2 pages: the first, 60×40, is taken"];
  assert.deepEqual(await read(tiff(page(60, 40, 50), page(80, 50, 90))), { width: 60, height: 40, level: 50, words });
  assert.deepEqual((await read(tiff(page(60, 40, 50), page(30, 20, 50, preview)))).words, []);
  assert.deepEqual((await read(tiff(page(60, 40, 50)))).words, []);
});

Deno.test("of a film of pictures the first is taken, with a word", async () => {
  const frames = await Promise.all([50, 90].map((level) => plain(60, 40, [level, level, level]).png().toBuffer()));
  const bytes = await sharp(frames, { join: { animated: true } }).gif().toBuffer();
  assert.deepEqual(await read(bytes), {
    width: 60,
    height: 40,
    level: 50,
    words: ["it moves: the first of its 2 pictures is taken"],
  });
});

const samples = new Uint16Array(600).fill(4000);
const raws: Readonly<Record<string, Uint8Array>> = {
  "a digital negative": tiff(page(16, 12, 50, { tags: { 254: 1, 50706: Uint8Array.of(1, 4, 0, 0) } })),
  "a raw with its mosaic below a preview": tiff(
    page(16, 12, 50, { ...preview, below: [page(30, 20, 0, { samples, photometric: 32803 })] }),
  ),
  "a raw with its mosaic behind a preview": tiff(
    page(16, 12, 50),
    page(30, 20, 0, { samples, photometric: 32803 }),
  ),
};

for (const [what, bytes] of Object.entries(raws)) {
  Deno.test(`${what} is refused, with what to do, though its preview could be read`, async () => {
    const error = await clearError(() => openPicture(bytes, somewhere));
    assert.equal(error.message, "Cannot read /pictures/mine.jpg as a picture: it is a camera's raw file");
    assert.match(error.hint!, /darktable/);
  });
}

Deno.test("a TIFF with directories in a circle, or cut off, ends", async () => {
  const bytes = tiff(page(16, 12, 50), page(16, 12, 60));
  const second = tiff(page(16, 12, 50));
  new DataView(bytes.buffer).setUint32(bytes.length - 4, new DataView(bytes.buffer).getUint32(4, true), true);
  assert.equal((await read(bytes)).level, 50);
  for (let length = 0; length < second.length - 6; length += 7) {
    await clearError(() => read(second.subarray(0, length)));
  }
});

for (
  const [what, bytes, words, hint] of [
    ["a web page", "<!DOCTYPE html><html></html>", /: it is a web page$/, /address of the picture itself/],
    ["a pointer", "version https://git-lfs.github.com/spec/v1\noid sha256:1\n", /a Git LFS pointer/, /git lfs pull/],
    ["a telephone's picture", "\0\0\0\x1cftypheic\0\0\0\0mif1heicmiaf", /: it is a HEIC picture$/, /JPEG/],
    ["nothing", "", /: it is empty$/, /downloaded/],
  ] as const
) {
  Deno.test(`${what} in place of a picture is called what it is, in one line with what to do`, async () => {
    const error = await clearError(() => openPicture(new TextEncoder().encode(bytes), somewhere));
    assert.match(error.message, words);
    assert.match(error.hint!, hint);
  });
}

Deno.test("CIELab of 16 bits is read, and of 8, which is not, is called that", async () => {
  const lab = (samples: TiffPage["samples"]) => tiff({ width: 8, height: 8, samples, photometric: 8 });
  // The red of sRGB (CIELab of D50), L as 0..65535 for 100, a and b with 256 for 1.
  const red = Array.from({ length: 64 }, () => [0.5429 * 65535, 80.81 * 256, 69.89 * 256]).flat();
  const file = await openPicture(lab(Uint16Array.from(red)), somewhere);
  const { data } = await file.pixels(file.size);
  assert(data[0] > 240 && data[64] < 15 && data[128] < 15, `${data[0]} ${data[64]} ${data[128]}`);
  const error = await clearError(() => openPicture(lab(new Uint8Array(192)), somewhere));
  assert.match(error.message, /: it is a TIFF in CIELab colours /);
  assert.match(error.hint!, /RGB/);
});

for (const progressive of [false, true]) {
  Deno.test(`a JPEG ${progressive ? "in scans " : ""}that lacks its end alone is read, with a word`, async () => {
    const bytes = await landscape(96, 64).jpeg({ progressive }).toBuffer();
    const whole = await read(bytes);
    assert.deepEqual(whole.words, []);
    const { words, ...ended } = await read(bytes.subarray(0, -2));
    assert.deepEqual({ ...ended, words: [] }, whole);
    assert.deepEqual(words, ["its end is missing, but all of its pixels are there"]);
    await using folder = await temporaryFolder();
    assert.equal((await read(await folder.write("a.jpg", bytes.subarray(0, -2)))).level, whole.level);
    for (const less of [5, 40, 200]) await clearError(() => read(bytes.subarray(0, -less)));
  });
}

Deno.test("a JPEG in scans that is cut between two of them is refused, and with an end put there it is told", async () => {
  const bytes = await landscape(96, 64).jpeg({ progressive: true }).toBuffer();
  const whole = await read(bytes);
  assert.deepEqual(whole.words, []);
  // The tables of a scan stand before it, so each begins with the first marker behind the samples of the one before.
  const scans = [...bytes.keys()].filter((i) => bytes[i] === 0xff && bytes[i + 1] === 0xda);
  const ends = scans.slice(0, -1).map((scan) =>
    [...bytes.keys()].find((i) => i > scan + 2 && bytes[i] === 0xff && bytes[i + 1] !== 0)!
  );
  assert(ends.length >= 3);
  for (const end of ends) {
    const cut = bytes.subarray(0, end);
    await clearError(() => read(cut));
    const { words, width } = await read(Uint8Array.from([...cut, 0xff, 0xd9]));
    assert.deepEqual(words, ["it lacks the scans that would make it fine"]);
    assert.equal(width, whole.width);
  }
});

Deno.test("samples of more bits than can be read are called what they are", async () => {
  const file = (samples: TiffPage["samples"]) => tiff({ width: 8, height: 8, samples, photometric: 1 });
  const messages = {
    "64-bit floats": file(new Float64Array(64)),
    "64-bit whole numbers": file(new BigInt64Array(64)),
  };
  for (const [what, bytes] of Object.entries(messages)) {
    const error = await clearError(() => openPicture(bytes, somewhere));
    assert.match(error.message, new RegExp(`: it is a TIFF of ${what} `));
    assert.match(error.hint!, /32-bit floats/);
  }
});

Deno.test("a JPEG with something behind its end is whole", async () => {
  const bytes = await landscape(96, 64).jpeg().toBuffer();
  assert.deepEqual((await read(Uint8Array.from([...bytes, 0, 0xff, 0xda, 7]))).words, []);
});

Deno.test("a picture is read whatever its name", async () => {
  assert.equal((await openPicture(await landscape(20, 10).webp().toBuffer(), somewhere)).size.width, 20);
});

Deno.test("a mask of a page, and a small copy as old programs mark it, are no pictures either", async () => {
  const [mask, copy] = [{ tags: { 254: 4 } }, { tags: { 255: 2 } }];
  for (const first of [mask, copy]) {
    const { level, words } = await read(tiff(page(16, 12, 50, first), page(20, 15, 150)));
    assert.deepEqual([level, words], [150, ["its first page is a preview: page 2, 20×15, is taken"]]);
    assert.deepEqual((await read(tiff(page(20, 15, 150), page(16, 12, 50, first)))).words, []);
  }
  // The old tag counts from 1, and 1 is a whole picture, as 2 in the new one is a page of several.
  for (const tags of [{ 255: 1 }, { 254: 2 }] as Record<number, number>[]) {
    assert.equal((await read(tiff(page(16, 12, 50, { tags }), page(20, 15, 150)))).level, 50);
  }
});
