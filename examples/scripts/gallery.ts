/**
 * Paints the shipped photographs with every shipped preset that names its own pictures, and puts the results onto one
 * sheet, each with the painting in its corner and the preset's name under it: `deno task gallery` makes
 * examples/gallery.jpg, and the small pictures of examples/presets.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { fileURLToPath } from "node:url";
import sharp, { type Sharp } from "../../pictures/sharp_package.ts";
import { loadPreset, optionsOf, shipped, stylise } from "../../mod.ts";
import { decode } from "../../stages/decode.ts";
import { writeAtomically } from "../../base/files.ts";
import { letters } from "../../studio/letters.ts";

/** Size of a picture on the sheet in pixels, height of the line under it, and the space between two. */
const [width, height, line, gap] = [512, 384, 36, 8];

const folder = await Deno.makeTempDir();
const tiles: { readonly name: string; readonly picture: Buffer }[] = [];
for (const name of shipped) {
  const preset = await loadPreset(name, [], { incomplete: true });
  const pictures = optionsOf(preset, decode)!;
  if (pictures.content === "") continue;
  const output = `${folder}/${name}.png`;
  const { picture } = await stylise(name);
  await Deno.writeFile(output, await picture.bytes());
  const painting = await sharp(fileURLToPath(pictures.styles[0].picture)).resize(128, 96, { fit: "cover" }).png()
    .toBuffer();
  const tile = await sharp(output).resize(width, height, { fit: "cover" }).png().toBuffer();
  await sharp(tile).extract({ left: width - 376, top: 0, width: 376, height: 376 }).resize(192).jpeg({ quality: 80 })
    .toFile(fileURLToPath(new URL(`../presets/${name}.jpg`, import.meta.url)));
  tiles.push({
    name,
    picture: await sharp(tile)
      .composite([{ input: painting, left: gap, top: height - 96 - gap }])
      .png().toBuffer(),
  });
  console.log(`painted ${name}`);
}
await Deno.remove(folder, { recursive: true });

// The last tile shows the photographs.
const photographs = await Promise.all(["harbour", "valley"].map(async (name, i) => ({
  input: await sharp(fileURLToPath(new URL(`../${name}.jpg`, import.meta.url))).resize(width, (height - gap) / 2)
    .toBuffer(),
  left: 0,
  top: i * (height + gap) / 2,
})));
tiles.push({
  name: "the photographs",
  picture: await blank(width, height).composite(photographs).png().toBuffer(),
});

const columns = 2;
const rows = Math.ceil(tiles.length / columns);
const parts = await Promise.all(tiles.map(async ({ name, picture }, i) => {
  const left = gap + (i % columns) * (width + gap);
  const top = gap + Math.floor(i / columns) * (height + line + gap);
  const words = Buffer.from(await letters([name], width, line));
  return [{ input: picture, left, top }, { input: words, left, top: top + height }];
}));
const size = [columns * (width + gap) + gap, rows * (height + line + gap) + gap] as const;
const sheet = await blank(...size).composite(parts.flat()).jpeg({ quality: 88 }).toBuffer();
await writeAtomically(fileURLToPath(new URL("../gallery.jpg", import.meta.url)), sheet);

function blank(width: number, height: number): Sharp {
  return sharp({ create: { width, height, channels: 3, background: "white" } });
}
