/**
 * Paints one small picture with each option and puts them onto a sheet with their names: `deno task sheet` makes
 * examples/sheet.jpg. Every picture differs from the recipe by what is written below it.
 *
 * @module
 */
import type { Buffer } from "node:buffer";
import { fileURLToPath } from "node:url";
import sharp from "../../pictures/sharp_package.ts";
import type { Json } from "../../base/json.ts";
import { loadPreset, stylise } from "../../mod.ts";
import { writeAtomically } from "../../base/files.ts";

const here = new URL("../", import.meta.url);
const [monet, mosaic, vanGogh] = ["monet", "mosaic", "van-gogh"].map((name) => ({ picture: `${name}.jpg` }));
const style = (options: Json) => ({ "loss-build": { terms: { style: options } } });
const smooth = (options: Json) => ({ "loss-build": { terms: { smooth: options } } });
const noise = (options: Json) => ({ optimise: { start: options }, "loss-build": { contentWeight: 0 } });

/** The rows of the sheet: what is written below each picture, and how it differs from the recipe. */
const rows: readonly Readonly<Record<string, Json>>[] = [
  {
    "wasserstein": {},
    "gram": style({ loss: "gram" }),
    "mean-covariance": style({ loss: "mean-covariance" }),
    "style layers: conv1_1": style({ layers: { conv1_1: 1 } }),
    "style layers: conv3_4": style({ layers: { conv3_4: 1 } }),
    "pyramid 2": { "loss-build": { pyramid: 2 } },
  },
  {
    "contentWeight 0.1": {},
    "contentWeight 1": { "loss-build": { contentWeight: 1 } },
    "content: conv1_1 too": {
      "loss-build": { terms: { content: { layers: { conv1_1: 1, conv2_1: 0.5, conv3_4: 0.5 } } } },
    },
    "total variation 0": smooth({ weight: 0 }),
    "total variation 0.01": smooth({ weight: 0.01 }),
    "0.1, power 1": smooth({ weight: 0.1, power: 1 }),
  },
  {
    "pooling average": {},
    "pooling max": { "feature-extract": { pooling: "max" } },
    "pooling l2, rescale": { "feature-extract": { pooling: "l2", rescale: true } },
    "padding reflect-first": {},
    "padding reflect": { "feature-extract": { padding: "reflect" } },
    "padding zero, margin 0": { "feature-extract": { padding: "zero" }, "loss-build": { margin: 0 } },
  },
  {
    "one painting": {},
    "two, 1 : 1": { decode: { styles: [monet, mosaic] } },
    "two, 1 : 4": { decode: { styles: [monet, { ...mosaic, weight: 4 }] } },
    "two, by a mask": { decode: { styles: [{ ...vanGogh, mask: "harbour-sky.png" }, monet] } },
    "a mask alone": { decode: { styles: [{ ...vanGogh, mask: "harbour-sky.png" }] } },
    "pictureMask: its sky": { decode: { styles: [{ ...monet, pictureMask: "harbour-sky.png" }] } },
  },
  {
    "van-gogh": { decode: { styles: [vanGogh] } },
    "colours: photograph": { decode: { styles: [vanGogh] }, deprocess: { colours: "photograph" } },
    "styleColours: photograph": { decode: { styles: [vanGogh], styleColours: "photograph" } },
    "styleScale 0.5": { decode: { styles: [vanGogh], styleScale: 0.5 } },
    "styleScale 2": { decode: { styles: [vanGogh], styleScale: 2 } },
    "scales: none": { decode: { styles: [vanGogh], scales: [] } },
  },
  {
    "start: noise, no content": noise({ content: 0, noise: 1 }),
    "noiseOf: paintings": noise({ content: 0, noise: 1, noiseOf: "paintings" }),
    "seed 1": {
      ...noise({ content: 0, noise: 1, noiseOf: "paintings" }),
      optimise: { seed: 1, start: { content: 0, noise: 1, noiseOf: "paintings" } },
    },
    "half noise, half content": noise({ content: 0.5, noise: 0.5, noiseOf: "paintings" }),
    "start: a picture": { ...noise({}), decode: { start: "valley.jpg" } },
    "adam": { optimise: { optimiser: "adam" } },
  },
];

const [width, height, line, gap] = [160, 120, 18, 6];

const folder = await Deno.makeTempDir();
const cells: { input: Buffer; left: number; top: number }[] = [];
for (const [y, row] of rows.entries()) {
  for (const [x, [label, json]] of Object.entries(row).entries()) {
    const [left, top] = [gap + x * (width + gap), gap + y * (height + line + gap)];
    const output = `${folder}/${y}-${x}.png`;
    await stylise(await loadPreset("painting", [recipe(output), { source: label, base: here, json }]), { write: true });
    cells.push({ input: await sharp(output).toBuffer(), left, top });
    const text = { text: label, font: "sans 9", dpi: 96, rgba: true } as const;
    cells.push({ input: await sharp({ text }).png().toBuffer(), left, top: top + height + 1 });
    console.log(label);
  }
}
await Deno.remove(folder, { recursive: true });

const columns = Math.max(...rows.map((row) => Object.keys(row).length));
const sheet = sharp({
  create: {
    width: columns * (width + gap) + gap,
    height: rows.length * (height + line + gap) + gap,
    channels: 3,
    background: "white",
  },
});
const bytes = await sheet.composite(cells).jpeg({ quality: 90 }).toBuffer();
await writeAtomically(fileURLToPath(new URL("sheet.jpg", here)), bytes);

/** What all pictures share: Monet's harbour, small, in two scales. */
function recipe(output: string) {
  return {
    source: "sheet",
    base: here,
    json: {
      // So small a picture gains nothing from more.
      threads: 1,
      decode: { content: "harbour.jpg", styles: [monet], size: width, scales: [80] },
      optimise: { iterations: [30, 20], adam: { learningRate: 8 } },
      encode: { output },
    },
  };
}
