/**
 * Paints examples/styles.jpg: the styles that the shipped painter has learnt beside those of the presets, by name.
 *
 *     deno run -A examples/scripts/styles.ts
 *
 * @module
 */
import { loadPreset, variations } from "../../mod.ts";
import { shipped } from "../../presets/shipped.ts";
import { openPainter, shippedPainter } from "../../weights/painter_file.ts";

const content = new URL("../harbour.jpg", import.meta.url).href;
const { rows } = await openPainter(shippedPainter);
const named = rows.map(({ name }) => name)
  .filter((name) => !shipped.includes(name) && !/-(recoloured|negative|vivid|large)$/.test(name));
const cells = await Promise.all(named.map(async (name) => ({
  label: name,
  preset: await loadPreset({
    extends: "painting",
    method: "painter",
    decode: { content, size: 288 },
    repaint: { styles: { [name]: 1 } },
  }),
})));
const sheet = await variations(cells, { columns: 7, ending: ".jpg", quality: 82 });
await Deno.writeFile(new URL("../styles.jpg", import.meta.url), sheet);
console.log(`examples/styles.jpg: ${cells.length} styles, ${(sheet.length / 1000).toFixed(0)} kB`);
