/**
 * Measures what each padding does to the borders: paints textures, in which every place is as good as another, and
 * compares a band along the borders with the inside. `deno run -A bench/borders.ts`
 *
 * @module
 */
import sharp from "../pictures/sharp_package.ts";
import { loadPreset, stylise } from "../mod.ts";

const [size, band] = [192, 8];
const paintings = ["monet", "van-gogh", "mosaic"];

const folder = await Deno.makeTempDir();
console.log(`the outer ${band} pixels beside the inside: brightness apart (levels of 255), ratio of contrasts`);
for (const padding of ["zero", "replicate", "reflect", "replicate-first", "reflect-first"]) {
  const found: Awaited<ReturnType<typeof measure>>[] = [];
  for (const name of paintings) {
    const picture = new URL(`../examples/${name}.jpg`, import.meta.url).href;
    const output = `${folder}/${padding}-${name}.png`;
    const json = {
      threads: 1,
      decode: { content: picture, styles: [{ picture }], size, scales: [96] },
      "feature-extract": { padding },
      optimise: { iterations: [60, 60] },
      encode: { output },
    };
    await stylise(await loadPreset("texture", [{ source: "bench", base: new URL(import.meta.url), json }]), {
      write: true,
    });
    found.push(await measure(output));
  }
  const mean = (key: "apart" | "contrast") => found.reduce((sum, one) => sum + one[key], 0) / found.length;
  console.log(
    `${padding.padEnd(15)} ${mean("apart").toFixed(1).padStart(6)} ${mean("contrast").toFixed(2).padStart(6)}`,
  );
}
await Deno.remove(folder, { recursive: true });

/** The band against the inside of a picture: the distance of their mean brightness, the ratio of their mean slopes. */
async function measure(path: string) {
  const { data, info: { width, height } } = await sharp(path).greyscale().raw().toBuffer({ resolveWithObject: true });
  const sums = { border: { count: 0, level: 0, slope: 0 }, inside: { count: 0, level: 0, slope: 0 } };
  for (let y = 0; y + 1 < height; y++) {
    for (let x = 0; x + 1 < width; x++) {
      const near = Math.min(x, y, width - 2 - x, height - 2 - y) < band;
      const sum = near ? sums.border : sums.inside;
      const level = data[y * width + x];
      sum.count++;
      sum.level += level;
      sum.slope += Math.abs(data[y * width + x + 1] - level) + Math.abs(data[(y + 1) * width + x] - level);
    }
  }
  const { border, inside } = sums;
  return {
    apart: Math.abs(border.level / border.count - inside.level / inside.count),
    contrast: border.slope / border.count / (inside.slope / inside.count),
  };
}
