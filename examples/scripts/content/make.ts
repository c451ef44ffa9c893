/**
 * Makes the example content pictures in `examples/`: all of them, or those
 * that are named.
 *
 * `deno run -A examples/scripts/content/make.ts [name...]`
 */
import { fileURLToPath } from "node:url";
import sharp from "../../../pictures/sharp_package.ts";
import { pictures } from "./pictures.ts";
import { render } from "./render.ts";

const width = 1024, height = 768;
const names = Deno.args.length > 0 ? Deno.args : Object.keys(pictures);

for (const name of names) {
  const started = performance.now();
  const { side } = pictures[name];
  const bytes = await render(name, { width, height, side, workers: 2 });
  const file = new URL(`../../${name}.jpg`, import.meta.url);
  const unfinished = new URL(`../../${name}.part.jpg`, import.meta.url);
  await sharp(bytes, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 88, mozjpeg: true })
    .toFile(fileURLToPath(unfinished));
  await Deno.rename(unfinished, file);
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  console.log(`${name}.jpg: ${width} x ${height}, ${seconds} s`);
}
