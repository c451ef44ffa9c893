import assert from "node:assert/strict";
import { openPicture } from "../../pictures/read_picture.ts";
import { linearProfile } from "../helpers/icc.ts";
import { tiff, type TiffPage } from "../helpers/tiff.ts";

const somewhere = new URL("file:///pictures/mine.tif");

/** Linear light of a level of sRGB, 0..1: IEC 61966-2-1. */
const light = (level: number) => level / 255 <= 0.04045 ? level / 255 / 12.92 : ((level / 255 + 0.055) / 1.055) ** 2.4;

/** Samples of a format from numbers of 0..1. */
const formats: Readonly<Record<string, (values: number[]) => TiffPage["samples"]>> = {
  "8 bits": (values) => Uint8Array.from(values, (x) => Math.round(255 * x)),
  "16 bits": (values) => Uint16Array.from(values, (x) => Math.round(65535 * x)),
  "16 bits with a sign": (values) => Int16Array.from(values, (x) => Math.round(32767 * x)),
  "32 bits": (values) => Uint32Array.from(values, (x) => Math.round((2 ** 32 - 1) * x)),
  "floats": (values) => Float32Array.from(values),
};

const [width, height] = [48, 32];
/** The colours of the left and the right half, and the opacity of the upper and the lower. */
const [left, right, upper, lower] = [[200, 90, 140], [90, 120, 220], 255, 102];

for (const [format, samplesOf] of Object.entries(formats)) {
  for (const kind of ["grey", "rgb"] as const) {
    for (const profile of [undefined, linearProfile(kind)]) {
      for (const opacity of [false, true]) {
        const name = `${format}, ${kind}, ${profile ? "with" : "without"} a profile, ${
          opacity ? "with" : "without"
        } opacity`;
        // TIFF has no other room for light than floats; a profile of the tests is linear.
        const stored = (level: number) => profile || format === "floats" ? light(level) : level / 255;
        const shown = (colour: readonly number[]) => kind === "grey" ? Array<number>(3).fill(colour[0]) : colour;
        const values = Array.from({ length: width * height }, (_, i) => {
          const colour = (i % width < width / 2 ? left : right).slice(0, kind === "grey" ? 1 : 3).map(stored);
          return opacity ? [...colour, (i < width * height / 2 ? upper : lower) / 255] : colour;
        }).flat();
        const file = tiff({
          width,
          height,
          samples: samplesOf(values),
          photometric: kind === "grey" ? 1 : 2,
          extra: opacity ? [2] : [],
          profile,
        });

        Deno.test(`one colour path: ${name}`, async () => {
          const picture = await openPicture(file, somewhere);
          assert.deepEqual(picture.size, { width, height });
          for (const size of [{ width, height }, { width: width / 2, height: height / 2 }]) {
            const { data } = await picture.pixels(size);
            const alpha = await picture.alpha(size);
            const area = size.width * size.height;
            for (
              const [x, y, colour, share] of [[2, 2, left, upper], [-3, 2, right, upper], [2, -3, left, lower]] as const
            ) {
              const i = (y < 0 ? size.height + y : y) * size.width + (x < 0 ? size.width + x : x);
              const off = shown(colour).map((level, c) => Math.abs(data[c * area + i] - level));
              assert(Math.max(...off) < 1.1, `${[0, 1, 2].map((c) => data[c * area + i])} for ${shown(colour)}`);
              if (opacity) assert(Math.abs(alpha![i] - share) < 1.1, `${alpha![i]} for an opacity of ${share}`);
              else assert.equal(alpha, undefined);
            }
          }
        });
      }
    }
  }
}

Deno.test("floats of 0 to 255 are read as such, and what is no number as black", async () => {
  const samples = Float32Array.from({ length: 64 }, (_, i) => i === 9 ? NaN : 4 * i);
  const { data } = await (await openPicture(tiff({ width: 8, height: 8, samples, photometric: 1 }), somewhere))
    .pixels({ width: 8, height: 8 });
  assert(Math.abs(data[40] - 160) < 0.1 && data[9] === 0, `${data[40]} ${data[9]}`);
});

Deno.test("floats without a profile are light, with a word, and in a mask they are amounts", async () => {
  const file = tiff({ width: 2, height: 1, samples: Float32Array.of(0.5, 1), photometric: 1 });
  const words: string[] = [];
  const remark = (word: string) => void words.push(word);
  const size = { width: 2, height: 1 };
  const mask = await (await openPicture(file, somewhere, { amounts: true, remark })).pixels(size);
  assert(Math.abs(mask.data[0] - 127.5) < 0.1, String(mask.data[0]));
  assert.deepEqual(words, []);
  const picture = await openPicture(file, somewhere, { remark });
  assert(Math.abs((await picture.pixels(size)).data[0] - 187.5) < 0.1);
  await picture.pixels(size);
  assert.equal(words.length, 1);
  assert.match(words[0], /no colour profile/);
});

Deno.test("floats reach to 1, with highlights beyond it, or else to 255, or to 65535", async () => {
  const profile = linearProfile("rgb");
  const read = async (...levels: number[]) => {
    const samples = Float32Array.from(levels.flatMap((level) => [level, level, level]));
    const file = tiff({ width: 4, height: 1, samples, photometric: 2, profile });
    const { data } = await (await openPicture(file, somewhere)).pixels({ width: 4, height: 1 });
    return [...data.slice(0, 4)].map((level) => Math.round(level));
  };
  const tones = [90, 200, 30].map(light);
  assert.deepEqual(await read(...tones, 3), [90, 200, 30, 255]);
  assert.deepEqual(await read(...tones.map((level) => 255 * level), 255), [90, 200, 30, 255]);
  assert.deepEqual(await read(...tones.map((level) => 65535 * level), 65535), [90, 200, 30, 255]);
});
