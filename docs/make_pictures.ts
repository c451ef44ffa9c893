/**
 * Paints the strips of docs/presets.md, all of them or those of the keys that are named:
 * `deno run -A docs/make_pictures.ts [KEY...]`.
 *
 * @module
 */
import { loadPreset, type Preset, type Variation, variations } from "../mod.ts";
import { fileOf, layersFor, strips } from "./strips.ts";

/** Small and short: enough to see a difference. One thread, so that the pictures are the same on every machine. */
const base: Preset = {
  extends: "monet",
  threads: 1,
  decode: { size: 208, scales: [] },
  optimise: { iterations: 40 },
};

for (const key of Deno.args.length > 0 ? Deno.args : Object.keys(strips)) {
  const cells: Variation[] = [];
  for (const value of strips[key].values) {
    cells.push({ label: labelOf(value), preset: await loadPreset(base, layersFor(key, value)) });
  }
  const sheet = await variations(cells, { columns: cells.length, ending: ".jpg", quality: 80 });
  await Deno.writeFile(new URL(fileOf(key), import.meta.url), sheet);
  console.log(`${fileOf(key)}: ${(sheet.length / 1000).toFixed(0)} kB`);
}

/** A value as it stands under its picture. */
function labelOf(value: unknown): string {
  const text = JSON.stringify(value ?? "").replaceAll('"', "");
  return text.replaceAll(/impasto:examples\/([\w-]+)\.\w+/g, "$1").replaceAll(/\{picture:([\w-]+),weight:1\}/g, "$1") ||
    "none";
}
