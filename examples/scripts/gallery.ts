/**
 * Paints photographs with every shipped preset that names its own pictures, and puts the results onto a sheet, each
 * with the painting in its corner and the preset's name under it: `deno task gallery` makes examples/gallery.jpg of the
 * presets' own photographs, and the small pictures of examples/presets; `deno task gallery PHOTOGRAPH...` makes
 * examples/gallery-2.jpg of others, a row for each preset. Not on it is a preset that masks its own photograph, or sees
 * none.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import sharp, { type Sharp } from "../../pictures/sharp_package.ts";
import { loadPreset, optionsOf, shipped, stylise } from "../../mod.ts";
import { decode } from "../../stages/decode.ts";
import { lossBuild } from "../../stages/loss_build.ts";
import { writeAtomically } from "../../base/files.ts";
import { letters } from "../../studio/letters.ts";

interface Tile {
  readonly name: string;
  readonly picture: Buffer;
}

/** Width and height of a picture on either sheet in pixels. */
type Size = readonly [width: number, height: number];
const [ownSize, otherSize]: readonly Size[] = [[512, 384], [384, 288]];

/** Height of the line under a picture on the sheet in pixels, and the space between two. */
const [line, gap] = [36, 8];

const photographs = Deno.args.map((path) => pathToFileURL(resolve(path)).href);
if (photographs.length > 0) {
  await write("gallery-2.jpg", await pageOf(photographs), photographs.length, otherSize);
} else {
  await write("gallery.jpg", await ownPage(), 2, ownSize);
}

/** Every preset with its own photograph; the last tile shows the photographs. */
async function ownPage(): Promise<Tile[]> {
  const tiles: Tile[] = [];
  for (const name of await presetsWithPictures()) {
    const picture = await painted(name, ownSize);
    await sharp(picture).extract({ left: 136, top: 0, width: 376, height: 376 }).resize(192).jpeg({ quality: 80 })
      .toFile(fileURLToPath(new URL(`../presets/${name}.jpg`, import.meta.url)));
    tiles.push({ name, picture: await withPainting(name, picture, ownSize) });
  }
  const [width, height] = ownSize;
  const own = await Promise.all(["harbour", "valley"].map(async (name, i) => ({
    input: await sharp(fileURLToPath(new URL(`../${name}.jpg`, import.meta.url))).resize(width, (height - gap) / 2)
      .toBuffer(),
    left: 0,
    top: i * (height + gap) / 2,
  })));
  return [...tiles, { name: "the photographs", picture: await blank(width, height).composite(own).png().toBuffer() }];
}

/** The photographs, and below them what each preset makes of them. */
async function pageOf(photographs: readonly string[]): Promise<Tile[]> {
  const tiles: Tile[] = await Promise.all(photographs.map(async (content) => ({
    name: "",
    picture: await fitted(await Deno.readFile(new URL(content)), otherSize).png().toBuffer(),
  })));
  for (const name of await presetsWithPictures()) {
    const preset = await loadPreset(name, [], { incomplete: true });
    const masks = optionsOf(preset, decode)!.styles.some(({ mask }) => mask);
    if (masks || optionsOf(preset, lossBuild)!.contentWeight === 0) continue;
    for (const content of photographs) {
      tiles.push({ name, picture: await withPainting(name, await painted(name, otherSize, content), otherSize) });
    }
  }
  return tiles;
}

async function presetsWithPictures(): Promise<string[]> {
  const all = await Promise.all(shipped.map(async (name) => ({ name, content: (await picturesOf(name)).content })));
  return all.filter(({ content }) => content !== "").map(({ name }) => name);
}

async function picturesOf(name: string) {
  return optionsOf(await loadPreset(name, [], { incomplete: true }), decode)!;
}

/** What a preset makes of a photograph, of its own unless another is given. */
async function painted(name: string, size: Size, content?: string): Promise<Buffer> {
  const layer = { source: "gallery", base: new URL(import.meta.url), json: content ? { decode: { content } } : {} };
  const { picture } = await stylise(await loadPreset(name, [layer]));
  console.log(`painted ${name}${content ? ` of ${content.replace(/^.*\//, "")}` : ""}`);
  return await fitted(await picture.bytes(".png"), size).png().toBuffer();
}

/** A picture with the preset's painting in its corner. */
async function withPainting(name: string, picture: Buffer, [width, height]: Size) {
  const file = fileURLToPath((await picturesOf(name)).styles[0].picture);
  const painting = await fitted(file, [width / 4, height / 4]).png().toBuffer();
  return await sharp(picture).composite([{ input: painting, left: gap, top: height - height / 4 - gap }]).png()
    .toBuffer();
}

function fitted(picture: string | Uint8Array, [width, height]: Size): Sharp {
  return sharp(picture).resize(width, height, { fit: "cover" });
}

async function write(
  file: string,
  tiles: readonly Tile[],
  columns: number,
  [width, height]: Size,
) {
  const rows = Math.ceil(tiles.length / columns);
  const parts = await Promise.all(tiles.map(async ({ name, picture }, i) => {
    const left = gap + (i % columns) * (width + gap);
    const top = gap + Math.floor(i / columns) * (height + line + gap);
    const words = Buffer.from(await letters([name], width, line));
    return [{ input: picture, left, top }, { input: words, left, top: top + height }];
  }));
  const sheet = await blank(columns * (width + gap) + gap, rows * (height + line + gap) + gap)
    .composite(parts.flat()).jpeg({ quality: 88 }).toBuffer();
  await writeAtomically(fileURLToPath(new URL(`../${file}`, import.meta.url)), sheet);
}

function blank(width: number, height: number): Sharp {
  return sharp({ create: { width, height, channels: 3, background: "white" } });
}
