/**
 * What the temporal loss does: a pan over a photograph, whose motion is known to the pixel, painted with several weights
 * and frame by frame. `deno run -A bench/films.ts`
 *
 * @module
 */
import { join } from "node:path";
import { film, type Preset, stylise } from "../mod.ts";
import type { Progress, ScaleReport } from "../chain/progress.ts";
import sharp from "../pictures/sharp_package.ts";
import { openFilm } from "../video/reading/mod.ts";

const [width, height, step, count] = [96, 64, 3, 5];

const preset: Preset = {
  extends: "van-gogh",
  engine: "onnx-cpu",
  threads: 1,
  decode: { scales: [] },
  optimise: { iterations: 30, tolerance: 0 },
};

/** √ of the mean square of what changes where two frames show the same, in 0..1. */
function flickerOf(frames: readonly { readonly data: Float32Array }[]): number {
  let [sum, pixels] = [0, 0];
  for (let t = 1; t < frames.length; t++) {
    for (let row = 0; row < 3 * height; row++) {
      for (let x = 4; x < width - step - 4; x++, pixels++) {
        sum += ((frames[t].data[row * width + x] - frames[t - 1].data[row * width + x + step]) / 255) ** 2;
      }
    }
  }
  return Math.sqrt(sum / pixels);
}

/** The style terms of a scale, added up. */
function styleOf({ terms }: Pick<ScaleReport, "terms">): number {
  return Object.entries(terms).reduce((sum, [name, value]) => name.startsWith("style/") ? sum + value : sum, 0);
}

const folder = await Deno.makeTempDir({ prefix: "impasto-" });
try {
  const frames = join(folder, "frames");
  await Deno.mkdir(frames);
  const wide = await sharp(new URL("../examples/valley.jpg", import.meta.url).pathname).resize(200).png().toBuffer();
  for (let i = 0; i < count; i++) {
    await sharp(wide).extract({ left: 40 + step * i, top: 20, width, height }).toFile(join(frames, `${i}.png`));
  }
  const told = (how: string, flicker: number, styles: readonly number[]) =>
    console.log(
      `${how.padEnd(28)} flicker ${flicker.toFixed(4)}  style ${styles.map((style) => style.toFixed(3)).join(" ")}`,
    );

  const alone = [];
  for (let i = 0; i < count; i++) {
    alone.push(await stylise({ ...preset, decode: { ...preset.decode, content: join(frames, `${i}.png`) } }));
  }
  told(
    "each frame by itself",
    flickerOf(alone.map(({ picture }) => picture)),
    alone.map(({ report }) => styleOf(report)),
  );

  for (const temporalWeight of [0, 1, 5, 20]) {
    const styles: number[] = [];
    const onProgress = (event: Progress) => event.kind === "scale" && styles.push(styleOf(event.report));
    const output = join(folder, `weight-${temporalWeight}`);
    await film(preset, { content: frames, output, temporalWeight, onProgress });
    const source = await openFilm(output, { rate: [25, 1], pixelLimit: 1e6 });
    told(`temporalWeight ${temporalWeight}`, flickerOf(await Array.fromAsync(source.frames(0, source.size))), styles);
  }
} finally {
  await Deno.remove(folder, { recursive: true });
}
