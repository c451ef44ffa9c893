/**
 * Makes a mask of the sky beside each example content picture that is named:
 * white where a pixel shows sky, black where it shows anything else.
 *
 * `deno run -A examples/scripts/content/sky_mask.ts harbour`
 */
import { fileURLToPath } from "node:url";
import sharp from "../../../pictures/sharp_package.ts";
import { Camera } from "./camera.ts";
import { pictures } from "./pictures.ts";
import { Ray } from "./ray.ts";

const width = 512, height = 384;
/** Side of the square grid of samples in each pixel. */
const side = 3;

for (const name of Deno.args) {
  const scene = pictures[name].build();
  const camera = new Camera(pictures[name].camera, height / width);
  const ray = new Ray();
  const mask = new Uint8Array(width * height);
  for (let pixel = 0; pixel < mask.length; pixel++) {
    const x = pixel % width, y = Math.floor(pixel / width);
    let sky = 0;
    for (let i = 0; i < side * side; i++) {
      const u = (x + (i % side + 0.5) / side) / width;
      const v = (y + (Math.floor(i / side) + 0.5) / side) / height;
      // Through the middle of the lens.
      camera.aim(ray, u, v, 0, 0);
      if (!scene.intersect(ray)) sky++;
    }
    mask[pixel] = Math.round(255 * sky / side ** 2);
  }
  await sharp(mask, { raw: { width, height, channels: 1 } })
    .png({ compressionLevel: 9 })
    .toFile(fileURLToPath(new URL(`../../${name}-sky.png`, import.meta.url)));
  console.log(`${name}-sky.png: ${width} x ${height}`);
}
