/**
 * Flags that change how a result is laid over the photograph, where it goes and what its file holds.
 *
 * @module
 */
import assert from "node:assert/strict";
import sharp from "../../pictures/sharp_package.ts";
import { impasto } from "../helpers/command.ts";
import { quick, quickOf, studio, tools } from "../helpers/painting.ts";
import { landscape, painted, plain, read, stored } from "../helpers/pictures.ts";

type Folder = Awaited<ReturnType<typeof studio>>;

async function paint(folder: Folder, output: string, args: readonly string[], base = quick) {
  const { code, err } = await impasto([...base, "--output", output, ...args], { cwd: folder.path });
  assert.equal(code, 0, err);
  return await stored(folder.at(output));
}

/** sRGB's curve (IEC 61966-2-1), written down once more. */
const light = (level: number) => level / 255 <= 0.04045 ? level / 255 / 12.92 : ((level / 255 + 0.055) / 1.055) ** 2.4;
const level = (light: number) => 255 * (light <= 0.0031308 ? 12.92 * light : 1.055 * light ** (1 / 2.4) - 0.055);

Deno.test("--strength mixes painting and photograph in linear light; 1 is all of it, 0 the photograph", async () => {
  await using folder = await studio();
  const whole = await paint(folder, "whole.png", []);
  assert.deepEqual((await paint(folder, "one.png", ["--strength", "1"])).data, whole.data);
  const none = await paint(folder, "none.png", ["--strength", "0"]);
  const half = await paint(folder, "half.png", ["--strength", "0.5"]);
  assert.notDeepEqual(none.data, whole.data);
  const wanted = whole.data.map((painted, i) => Math.round(level((light(painted) + light(none.data[i])) / 2)));
  for (const [i, got] of half.data.entries()) {
    // Each of the three is rounded: near black a level of one is several of the mixture.
    assert(Math.abs(got - wanted[i]) <= 1 || Math.min(whole.data[i], none.data[i]) < 60, `${got} for ${wanted[i]}`);
  }
  const photo = await sharp(folder.at("photo.png")).resize(48, 32).raw().toBuffer();
  const off = none.data.reduce((sum, got, i) => sum + Math.abs(got - photo[i]), 0) / photo.length;
  assert(off < 2, `${off} levels off the photograph`);
});

Deno.test("--mask keeps the painting before it where it is white, be it named by a flag or by its place", async () => {
  await using folder = await studio();
  await painted(60, 40, (x) => x < 30 ? [255, 255, 255] : [0, 0, 0]).png().toFile(folder.at("left.png"));
  const bare = await paint(folder, "none.png", ["--strength", "0"]);
  const words = ["photo.png", "painting.png", ...quick.slice(8)];
  const differs = ({ data }: { data: Uint8Array }, from: number, to: number) =>
    [...data].some((got, i) => i / 3 % 48 >= from && i / 3 % 48 < to && got !== bare.data[i]);
  for (const [i, base] of [quick, words].entries()) {
    const masked = await paint(folder, `masked-${i}.png`, ["--mask", "left.png"], base);
    assert.deepEqual([differs(masked, 2, 20), differs(masked, 28, 46)], [true, false]);
  }
  const two = ["--style", "photo.png", "--mask", "left.png", "--style", "painting.png", "--dry-run", "--quiet"];
  const { out } = await impasto([...quick.toSpliced(4, 2), ...two], { cwd: folder.path });
  const { styles } = JSON.parse(out).decode;
  assert.deepEqual(styles.map(({ mask }: { mask?: string }) => mask?.split("/").at(-1)), ["left.png", undefined]);
  const twice = await impasto([...quick, "--mask", "left.png", "--mask", "photo.png"], { cwd: folder.path });
  assert.equal(twice.code, 2);
  assert.match(twice.complaints[0], /^error: Cannot use --mask photo\.png: its painting has one already$/);
});

Deno.test("--content FOLDER is its pictures, each with the mask of its name; a mask that lacks fails its own alone", async () => {
  await using folder = await studio();
  for (const name of ["photos", "masks", "photos/deeper"]) await Deno.mkdir(folder.at(name));
  for (const name of ["a b", "c", "d"]) await landscape(60, 40).toFile(folder.at("photos", `${name}.png`));
  await folder.write("photos/notes.txt", "no picture");
  await folder.write("photos/._c.png", "no picture");
  await plain(60, 40, [255, 255, 255]).toFile(folder.at("masks", "a b.png"));
  await painted(60, 40, (x) => x < 30 ? [255, 255, 255] : [0, 0, 0]).toFile(folder.at("masks", "c.png"));
  const args = [...quickOf("photos"), "--mask", "masks/{name}.png", "--output", "out/{name}.png", "--json"];
  const { code, complaints } = await impasto(args, { cwd: folder.path });
  assert.equal(code, 1);
  assert.equal(complaints[0], "1 of 3 failed:");
  assert.match(complaints[1], /d\.png: Cannot read \S*masks\/d\.png: there is no such file$/);
  const [whole, left] = await Promise.all(["a b", "c"].map((name) => stored(folder.at("out", `${name}.png`))));
  const right = ({ data }: { data: Uint8Array }) => [...data].filter((_, i) => i / 3 % 48 >= 28);
  assert.notDeepEqual(right(whole), right(left));
  assert.deepEqual((await Array.fromAsync(Deno.readDir(folder.at("out")), ({ name }) => name)).sort(), [
    "a b.png",
    "c.png",
  ]);
});

Deno.test("results that lie among the photographs of a folder are not painted again", async () => {
  await using folder = await studio();
  await Deno.remove(folder.at("painting.png"));
  await Deno.mkdir(folder.at("paintings"));
  await landscape(50, 50).toFile(folder.at("paintings", "p.png"));
  const args = [...quickOf("."), "--iterations", "1", "--style", "paintings/p.png", "--output", "{name}-x.png"];
  const styled = args.toSpliced(args.indexOf("--style"), 2);
  for (const more of [[], ["--seed", "2"]]) {
    const { code, err } = await impasto([...styled, ...more], { cwd: folder.path });
    assert.equal(code, 0, err);
  }
  assert.deepEqual(await folder.list(), ["paintings", "photo-x-2.png", "photo-x.png", "photo.png", "recipe.json"]);
});

Deno.test("a folder where one picture is taken is one line that says so", async () => {
  await using folder = await studio();
  await Deno.mkdir(folder.at("photos"));
  await landscape(60, 40).toFile(folder.at("photos", "a.png"));
  const { code, complaints } = await impasto([...quick, "--style", "photos"], { cwd: folder.path });
  assert.equal(code, 1);
  assert.deepEqual(complaints.slice(-2), [
    `error: Cannot read ${folder.at("photos")}: it is a folder`,
    "  name one of its files",
  ]);
});

Deno.test("a folder without a picture is one line that says how to reach deeper", async () => {
  await using folder = await studio();
  await Deno.mkdir(folder.at("empty"));
  const { code, complaints } = await impasto(quickOf("empty/"), { cwd: folder.path });
  assert.deepEqual([code, complaints[0]], [2, `error: There is no picture in the folder ${folder.at("empty")}`]);
  assert.match(complaints[1], /'\S*empty\/\*\*\/\*\.jpg'$/);
  assert.deepEqual(await folder.list(), ["empty", ...tools]);
});

Deno.test("--quality makes lossy files smaller, and is a fault of others", async () => {
  await using folder = await studio();
  for (const ending of ["jpg", "webp", "avif"]) {
    const sizes = [];
    for (const quality of ["10", "90"]) {
      await paint(folder, `${quality}.${ending}`, ["--quality", quality, "--iterations", "1", "--size", "60"]);
      sizes.push((await Deno.stat(folder.at(`${quality}.${ending}`))).size);
    }
    assert(sizes[0] < sizes[1], `${ending}: ${sizes}`);
  }
  const { code, complaints } = await impasto([...quick, "--quality", "50"], { cwd: folder.path });
  assert.deepEqual([code, complaints[0]], [
    2,
    "error: command line: encode.quality: a .png has no quality: it loses nothing",
  ]);
});

Deno.test("--no-metadata leaves the preset out of the file, whose pixels are the same", async () => {
  await using folder = await studio();
  const told = await paint(folder, "told.png", []);
  const silent = await paint(folder, "silent.png", ["--no-metadata"]);
  assert.deepEqual(silent.data, told.data);
  assert((await (await read(folder.at("told.png"))).metadata()).xmp);
  const { xmp, exif, iptc } = await (await read(folder.at("silent.png"))).metadata();
  assert.deepEqual([xmp, exif, iptc], [undefined, undefined, undefined]);
  const text = new TextDecoder("latin1").decode(await Deno.readFile(folder.at("silent.png")));
  assert(!/impasto|conv1_1|photo/.test(text));
  const again = await impasto([...quick, "--output", "silent.png", "--seed", "1"], { cwd: folder.path });
  assert.match(again.complaints[0], /there is a file that this program did not paint$/);
});
