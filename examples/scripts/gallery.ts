/**
 * Paints the shipped photographs with every shipped preset that names its own pictures, and puts the results onto one
 * sheet with the paintings beside them: `deno task gallery` makes examples/gallery.jpg.
 *
 * @module
 */
import type { Buffer } from "node:buffer";
import { fileURLToPath } from "node:url";
import sharp, { type Sharp } from "../../pictures/sharp_package.ts";
import { loadPreset, optionsOf, shipped, stylise } from "../../mod.ts";
import { decode } from "../../stages/decode.ts";
import { writeAtomically } from "../../base/files.ts";

/** Width of a picture on the sheet in pixels, and the space between two. */
const [width, height, gap] = [512, 384, 8];

const folder = await Deno.makeTempDir();
const tiles: Buffer[] = [];
for (const name of shipped) {
  const preset = await loadPreset(name, [], { incomplete: true });
  const pictures = optionsOf(preset, decode)!;
  if (pictures.content === "") continue;
  const output = `${folder}/${name}.png`;
  const { picture } = await stylise(name);
  await Deno.writeFile(output, await picture.bytes());
  const painting = await sharp(fileURLToPath(pictures.styles[0].picture)).resize(128, 96, { fit: "cover" }).png()
    .toBuffer();
  tiles.push(
    await sharp(await sharp(output).resize(width, height, { fit: "cover" }).png().toBuffer())
      .composite([{ input: painting, left: gap, top: height - 96 - gap }])
      .png().toBuffer(),
  );
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
tiles.push(await blank(width, height).composite(photographs).png().toBuffer());

const columns = 2;
const rows = Math.ceil(tiles.length / columns);
const sheet = await blank(columns * (width + gap) + gap, rows * (height + gap) + gap).composite(
  tiles.map((input, i) => ({
    input,
    left: gap + (i % columns) * (width + gap),
    top: gap + Math.floor(i / columns) * (height + gap),
  })),
).jpeg({ quality: 88 }).toBuffer();
await writeAtomically(fileURLToPath(new URL("../gallery.jpg", import.meta.url)), sheet);

function blank(width: number, height: number): Sharp {
  return sharp({ create: { width, height, channels: 3, background: "white" } });
}
