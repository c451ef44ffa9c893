/**
 * Paints examples/fast.jpg: shipped presets by the painter above, by the optimiser below.
 *
 *     deno run -A examples/scripts/fast.ts
 *
 * @module
 */
import { loadPreset, type Variation, variations } from "../../mod.ts";

const presets = ["monet", "van-gogh", "mosaic", "ink"];
const cells: Variation[] = [];
for (const method of ["painter", "optimise"]) {
  for (const name of presets) {
    cells.push({
      label: `${name}, ${method === "painter" ? "at once" : "optimised"}`,
      preset: await loadPreset({ extends: name, name, method, decode: { size: 384 } }),
    });
  }
}
const sheet = await variations(cells, { columns: presets.length, ending: ".jpg", quality: 85 });
await Deno.writeFile(new URL("../fast.jpg", import.meta.url), sheet);
console.log(`examples/fast.jpg: ${(sheet.length / 1000).toFixed(0)} kB`);
