import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import sharp from "../../pictures/sharp_package.ts";
import { openPicture } from "../../pictures/read_picture.ts";
import { layoutFor } from "../../pictures/tiff_layout.ts";
import { deepEndings, endings } from "../../pictures/write_picture.ts";
import { clearError } from "../helpers/errors.ts";
import { temporaryFolder } from "../helpers/folders.ts";
import { landscape, painted, painted16, plain, written } from "../helpers/pictures.ts";

const somewhere = new URL("file:///pictures/mine.png");

/** Opens encoded bytes, and gives the pixels at the picture's own size with a way to ask for one. */
async function opened(bytes: Uint8Array) {
  const file = await openPicture(bytes, somewhere);
  const { width, height } = file.size;
  const { data } = await file.pixels(file.size);
  const area = width * height;
  assert.equal(data.length, 3 * area);
  return {
    width,
    height,
    alpha: await file.alpha(file.size),
    at: (x: number, y: number) => [0, 1, 2].map((plane) => data[plane * area + y * width + x]),
  };
}

function near(actual: readonly number[], wanted: readonly number[], tolerance: number) {
  const off = Math.max(...actual.map((value, i) => Math.abs(value - wanted[i])));
  assert(actual.length === wanted.length && off <= tolerance, `[${actual}] is not within ${tolerance} of [${wanted}]`);
}

// TIFF 6.0, page 36: where row 0 and column 0 of what is stored lie on the upright picture.
const corners = [
  [1, "top left", "top right"],
  [2, "top right", "top left"],
  [3, "bottom right", "bottom left"],
  [4, "bottom left", "bottom right"],
  [5, "top left", "bottom left"],
  [6, "top right", "bottom right"],
  [7, "bottom right", "top right"],
  [8, "bottom left", "top left"],
] as const;

for (const [orientation, redAt, greenAt] of corners) {
  Deno.test(`EXIF orientation ${orientation} is applied: what is stored at the top left appears at the ${redAt}`, async () => {
    // Red at the top left of what is stored, green at the top right.
    const bytes = await painted(
      48,
      32,
      (x, y) => y > 15 ? [0, 0, 0] : x < 16 ? [255, 0, 0] : x > 31 ? [0, 255, 0] : [0, 0, 0],
    )
      .jpeg({ quality: 100, chromaSubsampling: "4:4:4" }).withMetadata({ orientation }).toBuffer();
    const { width, height, at } = await opened(bytes);
    assert.deepEqual([width, height], orientation > 4 ? [32, 48] : [48, 32]);
    const corner = (name: string) => at(name.includes("left") ? 3 : width - 4, name.includes("top") ? 3 : height - 4);
    near(corner(redAt), [255, 0, 0], 6);
    near(corner(greenAt), [0, 255, 0], 6);
  });
}

/** Encoded sRGB level of linear light, and back: IEC 61966-2-1. Display P3 uses the same curve. */
const encoded = (light: number) => 255 * (light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055);
const linear = (level: number) => level / 255 <= 0.04045 ? level / 255 / 12.92 : ((level / 255 + 0.055) / 1.055) ** 2.4;

/** An sRGB colour in Display P3, by the matrix between the two sets of primaries (CSS Color 4). */
function inDisplayP3(colour: readonly number[]): number[] {
  const [r, g, b] = colour.map(linear);
  return [
    0.8224619687 * r + 0.1775380313 * g,
    0.0331941989 * r + 0.9668058011 * g,
    0.0170826307 * r + 0.0723974407 * g + 0.9105199286 * b,
  ].map(encoded);
}

for (const format of ["png", "jpeg", "webp", "tiff"] as const) {
  Deno.test(`a colour profile in a ${format} is converted to sRGB`, async () => {
    const colour = [200, 60, 40];
    const bytes = await plain(32, 32, colour).withIccProfile("p3")
      .toFormat(format, { quality: 100, chromaSubsampling: "4:4:4", lossless: true }).toBuffer();
    const { data } = await sharp(bytes, { ignoreIcc: true }).raw().toBuffer({ resolveWithObject: true });
    // What is stored is Display P3 indeed, far from sRGB.
    near([...data.subarray(0, 3)], inDisplayP3(colour), 2);
    near((await opened(bytes)).at(16, 16), colour, 2);
  });
}

/** A TIFF would be a JPEG inside. */
const lossless = { compression: "lzw" } as const;

for (const format of ["png", "tiff"] as const) {
  Deno.test(`a colour profile in a ${format} of 16 bits is converted to sRGB`, async () => {
    const colour = [200, 60, 40];
    const samples = inDisplayP3(colour).map((level) => Math.round(257 * level));
    // sharp works on 16 bits in Display P3, so that it only attaches the profile here.
    const bytes = await painted16(16, 16, () => samples).withIccProfile("p3").toFormat(format, lossless).toBuffer();
    assert.equal((await sharp(bytes).metadata()).depth, "ushort");
    const stored = await sharp(bytes, { ignoreIcc: true }).toColourspace("rgb16").raw({ depth: "ushort" }).toBuffer();
    near([...new Uint16Array(stored.buffer, stored.byteOffset, 3)], samples, 30);
    near((await opened(bytes)).at(8, 8), colour, 1);
  });

  Deno.test(`a ${format} of 16 bits is read at full depth`, async () => {
    const bytes = await painted16(100, 4, (x, y) => [20000 + x, 300 * x + y, 65535 - 7 * x]).toFormat(format, lossless)
      .toBuffer();
    assert.equal((await sharp(bytes).metadata()).depth, "ushort");
    const { at } = await opened(bytes);
    for (const [x, y] of [[0, 0], [1, 2], [57, 3], [99, 1]]) {
      near(at(x, y), [20000 + x, 300 * x + y, 65535 - 7 * x].map((sample) => sample / 257), 1e-4);
    }
  });

  Deno.test(`a grey ${format} of 16 bits is read at full depth`, async () => {
    const bytes = await painted16(64, 4, (x) => [1000 * x + 3]).toFormat(format, lossless).toBuffer();
    const { depth, channels } = await sharp(bytes).metadata();
    assert.deepEqual([depth, channels], ["ushort", 1]);
    const { at, alpha } = await opened(bytes);
    near(at(33, 2), [33003, 33003, 33003].map((sample) => sample / 257), 1e-4);
    assert.equal(alpha, undefined);
  });
}

Deno.test("a grey picture has three equal planes and no opacity", async () => {
  for (const format of ["png", "jpeg"] as const) {
    const { at, alpha } = await opened(
      await painted(16, 16, (x) => [10 * x]).toColourspace("b-w").toFormat(format, { quality: 100 }).toBuffer(),
    );
    near(at(5, 3), [50, 50, 50], 2);
    assert.equal(alpha, undefined);
  }
});

Deno.test("a picture of inks is read", async () => {
  const bytes = await plain(16, 16, [255, 255, 255]).toColourspace("cmyk").jpeg().toBuffer();
  assert.equal((await sharp(bytes).metadata()).space, "cmyk");
  near((await opened(bytes)).at(3, 3), [255, 255, 255], 3);
});

Deno.test("opacity is read apart from the colours", async () => {
  const { at, alpha } = await opened(await painted(8, 4, (x, y) => [10 * x, 20 * y, 99, 30 * x + y]).png().toBuffer());
  assert.deepEqual(at(6, 2), [60, 40, 99]);
  assert.equal(alpha?.length, 32);
  assert.equal(alpha[2 * 8 + 6], 182);
});

Deno.test("opacity of 16 bits is read at full depth", async () => {
  const bytes = await painted16(4, 2, (x) => [5000, 6000, 7000, 10000 * x + 1]).png().toBuffer();
  const { alpha } = await opened(bytes);
  near([alpha![3]], [30001 / 257], 1e-4);
});

Deno.test("the pixels of a size asked for fill it, and their mean stays", async () => {
  const file = await openPicture(await landscape(90, 60).png().toBuffer(), somewhere);
  const mean = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const full = await file.pixels(file.size);
  const small = await file.pixels({ width: 30, height: 20 });
  assert.deepEqual([small.width, small.height, small.data.length], [30, 20, 1800]);
  near([mean(small.data)], [mean(full.data)], 1);
});

for (const ending of endings) {
  Deno.test(`a picture written as ${ending} reads back with its size and colours`, async () => {
    const [width, height] = [40, 24];
    const file = await openPicture(await landscape(width, height).png().toBuffer(), somewhere);
    const picture = { ...await file.pixels(file.size), name: "x" };
    const bytes = await written(picture, ending);
    const { format } = await sharp(bytes).metadata();
    const formats = { ".jpg": "jpeg", ".tif": "tiff", ".avif": "heif" } as Record<string, string>;
    assert.equal(format, formats[ending] ?? ending.slice(1));
    const again = await (await openPicture(bytes, somewhere)).pixels(file.size);
    const off = again.data.reduce((sum, level, i) => sum + Math.abs(level - picture.data[i]), 0) / again.data.length;
    assert(off <= ([".png", ".tif", ".tiff"].includes(ending) ? 0 : 6), `mean difference ${off}`);
  });
}

for (const ending of [".png", ".webp", ".tiff", ".avif"]) {
  Deno.test(`opacity is kept in ${ending}`, async () => {
    const area = 32 * 16;
    const alpha = Float32Array.from({ length: area }, (_, i) => i % 32 < 16 ? 0 : 255);
    const picture = { width: 32, height: 16, data: new Float32Array(3 * area).fill(100), alpha, name: "x" };
    const back = await opened(await written(picture, ending));
    near([back.alpha![8 * 32 + 3], back.alpha![8 * 32 + 28]], [0, 255], 2);
    near(back.at(28, 8), [100, 100, 100], 3);
  });
}

Deno.test("what is transparent is laid on white in a JPEG", async () => {
  const area = 32 * 16;
  const alpha = Float32Array.from({ length: area }, (_, i) => i % 32 < 16 ? 0 : 255);
  const picture = { width: 32, height: 16, data: new Float32Array(3 * area).fill(100), alpha, name: "x" };
  const back = await opened(await written(picture, ".jpg"));
  assert.equal(back.alpha, undefined);
  near(back.at(4, 8), [255, 255, 255], 2);
  near(back.at(28, 8), [100, 100, 100], 2);
});

Deno.test("levels are rounded to the nearest when a picture is written", async () => {
  const data = Float32Array.of(99.6, 0.4, 254.7, 99.6, 0.4, 254.7, 99.6, 0.4, 254.7);
  const back = await opened(await written({ width: 3, height: 1, data, name: "x" }, ".png"));
  assert.deepEqual([back.at(0, 0), back.at(1, 0), back.at(2, 0)], [[100, 100, 100], [0, 0, 0], [255, 255, 255]]);
});

for (const format of ["png", "jpeg", "webp", "avif", "tiff"] as const) {
  Deno.test(`a ${format} that is cut short is one clear error with its name`, async () => {
    const bytes = await landscape(96, 96).toFormat(format).toBuffer();
    for (const share of [0.05, 0.5, 0.9]) {
      const part = bytes.subarray(0, Math.round(share * bytes.length));
      const error = await clearError(async () => {
        const file = await openPicture(part, somewhere);
        await file.pixels(file.size);
      });
      assert.match(error.message, /^Cannot read \/pictures\/mine\.png as a picture: /);
      assert.equal(error.exitCode, 1);
    }
  });
}

for (const [what, text] of Object.entries({ "text": "no picture\nat all", "nothing": "", "a page": "<html></html>" })) {
  Deno.test(`${what} instead of a picture is one clear error with its name`, async () => {
    const error = await clearError(() => openPicture(new TextEncoder().encode(text), somewhere));
    assert.match(error.message, /^Cannot read \/pictures\/mine\.png as a picture: /);
  });
}

/** A soft picture of levels with fractions. */
function soft(width: number, height: number) {
  const data = Float32Array.from({ length: 3 * width * height }, (_, i) => 127.3 + 120 * Math.sin(i / 50));
  return { width, height, data, name: "x" };
}

for (const ending of deepEndings) {
  Deno.test(`16 bits are written as ${ending} with every step between two levels`, async () => {
    const picture = { ...soft(40, 24), alpha: Float32Array.from({ length: 960 }, (_, i) => i * 0.25) };
    const bytes = await written(picture, ending, { depth: 16 });
    assert.equal((await sharp(bytes).metadata()).depth, "ushort");
    const file = await openPicture(bytes, somewhere);
    const { data } = await file.pixels(file.size);
    near([...data], [...picture.data], 0.5 / 257 + 1e-4);
    near([...(await file.alpha(file.size))!], [...picture.alpha], 0.5 / 257 + 1e-4);
  });
}

/** What libtiff's own header says: 42 for TIFF, 43 for BigTIFF, and whether the tag TileWidth is there (TIFF 6.0). */
function tiffHeader(bytes: Uint8Array) {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const version = view.getUint16(2, true);
  const big = version === 43;
  const directory = big ? Number(view.getBigUint64(8, true)) : view.getUint32(4, true);
  const count = big ? Number(view.getBigUint64(directory, true)) : view.getUint16(directory, true);
  const first = directory + (big ? 8 : 2);
  const tags = Array.from({ length: count }, (_, i) => view.getUint16(first + i * (big ? 20 : 12), true));
  return { version, tiled: tags.includes(322) };
}

for (
  const [layout, header] of [
    ["strips", { version: 42, tiled: false }],
    ["tiles", { version: 42, tiled: true }],
    ["bigtiff", { version: 43, tiled: true }],
    ["auto", { version: 42, tiled: false }],
  ] as const
) {
  Deno.test(`a TIFF in the layout ${layout} has it, and the same picture inside`, async () => {
    const picture = soft(300, 280);
    const bytes = await written(picture, ".tif", { tiff: layout, depth: 16 });
    assert.deepEqual(tiffHeader(bytes), header);
    const file = await openPicture(bytes, somewhere);
    const some = (data: Float32Array) => [...data.filter((_, i) => i % 97 === 0)];
    near(some((await file.pixels(file.size)).data), some(picture.data), 0.5 / 257 + 1e-4);
  });
}

Deno.test("a large TIFF is tiled, and a BigTIFF where 4 GB may not do", () => {
  assert.equal(layoutFor(49e6, 49e6 * 6), "strips");
  assert.equal(layoutFor(50e6, 50e6 * 3), "tiles");
  assert.equal(layoutFor(400e6, 400e6 * 6), "bigtiff");
});

for (
  const [what, make] of [["16 bits", () => painted16(90, 61, (x, y) => [700 * x, 900 * y, 300])], [
    "8 bits",
    () => landscape(90, 61),
  ]] as const
) {
  Deno.test(`a picture of ${what} comes out the same by way of a temporary file, from a path too, and none is left`, async () => {
    await using folder = await temporaryFolder();
    const path = await folder.write("a.tif", await make().tiff({ compression: "lzw" }).toBuffer());
    const before = await temporaries();
    const direct = await openPicture(await Deno.readFile(path), somewhere);
    const banded = await openPicture(path, somewhere, { inMemory: 20_000 });
    for (const size of [direct.size, { width: 45, height: 30 }]) {
      assert.deepEqual(await banded.pixels(size), await direct.pixels(size));
    }
    assert.deepEqual(await temporaries(), before);
  });
}

/** Folders for what does not fit into memory. */
async function temporaries(): Promise<string[]> {
  const folder = dirname(
    await Deno.makeTempDir({ prefix: "impasto-" }).then(async (path) => {
      await Deno.remove(path);
      return path;
    }),
  );
  const names = await Array.fromAsync(Deno.readDir(folder), ({ name }) => join(folder, name));
  return names.filter((name) => existsSync(join(name, "picture.v")));
}

Deno.test("a picture of more pixels than are allowed is one clear error before it is unfolded", async () => {
  const bytes = await plain(100, 50, [1, 2, 3]).png().toBuffer();
  const error = await clearError(() => openPicture(bytes, somewhere, { pixelLimit: 4999 }));
  assert.equal(error.message, "Cannot read /pictures/mine.png: it has 0.005 megapixels, more than 0.004999");
  assert.match(error.hint!, /`decode\.pixelLimit`/);
  assert.equal((await openPicture(bytes, somewhere, { pixelLimit: 5000 })).size.width, 100);
});
