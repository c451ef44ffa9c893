/**
 * Paints the pictures of docs/presets.md, of its recipes and of its keys, all of them or those that are named:
 * `deno run -A docs/make_pictures.ts [KEY|recipe.NAME...]`.
 *
 * @module
 */
import { loadPreset, type Preset, type PresetLayer, type Variation, variations } from "../mod.ts";
import { keyOf, type Recipe, recipeFileOf, recipes } from "./recipes.ts";
import { fileOf, layersFor, strips } from "./strips.ts";

/** Small and short: enough to see a difference. One thread, so that the pictures are the same on every machine. */
const base: Preset = {
  extends: "monet",
  threads: 1,
  decode: { size: 208, scales: [] },
  optimise: { iterations: 40 },
};

/** What recipes are painted with here, whatever size they ask for. */
const small = { threads: 1, decode: { size: 320, scales: { start: 107, factor: 3 } } };

const all = await recipes();
for (const name of Deno.args.length > 0 ? Deno.args : [...all.map(keyOf), ...Object.keys(strips)]) {
  const recipe = all.find((recipe) => keyOf(recipe) === name);
  const cells = recipe ? await cellsOfRecipe(recipe) : await cellsOfStrip(name);
  const file = recipe ? recipeFileOf(recipe) : fileOf(name);
  const sheet = await variations(cells, { columns: cells.length, ending: ".jpg", quality: 80 });
  await Deno.writeFile(new URL(file, import.meta.url), sheet);
  console.log(`${file}: ${(sheet.length / 1000).toFixed(0)} kB`);
}

/** The picture of a recipe; two where it is for a folder of photographs. */
async function cellsOfRecipe({ title, json }: Recipe): Promise<Variation[]> {
  const preset: Preset = JSON.parse(json);
  const { content } = preset.decode ?? {};
  const isFolder = typeof content === "string" && !/\.\w+$/.test(content);
  const photographs = isFolder ? ["harbour", "valley"] : [undefined];
  return await Promise.all(photographs.map(async (name) => {
    const own = name === undefined ? small.decode : { ...small.decode, content: `impasto:examples/${name}.jpg` };
    return { label: name ?? title.toLowerCase(), preset: await loadPreset(preset, [layer({ ...small, decode: own })]) };
  }));
}

async function cellsOfStrip(key: string): Promise<Variation[]> {
  return await Promise.all(strips[key].values.map(async (value) => ({
    label: labelOf(value),
    preset: await loadPreset(base, layersFor(key, value)),
  })));
}

function layer(json: PresetLayer["json"]): PresetLayer {
  return { source: "docs/make_pictures.ts", base: new URL(import.meta.url), json, override: true };
}

/** A value as it stands under its picture. */
function labelOf(value: unknown): string {
  const text = JSON.stringify(value ?? "").replaceAll('"', "");
  return text.replaceAll(/impasto:examples\/([\w-]+)\.\w+/g, "$1").replaceAll(/\{picture:([\w-]+),weight:1\}/g, "$1") ||
    "none";
}
