/**
 * Makes the style pictures that ship with the project, all of them or those
 * named: `deno run -A examples/scripts/style/make.ts [name ...]`.
 */
import { monet } from "./monet.ts";
import { hokusai } from "./hokusai.ts";
import { ink } from "./ink.ts";
import { mosaic } from "./mosaic.ts";
import { vanGogh } from "./van_gogh.ts";
import { save } from "./save.ts";

/** A picture and how softly it is photographed. */
interface Picture {
  /** Makes it, as sRGB bytes at canvas scale. */
  readonly make: () => Uint8Array | Promise<Uint8Array>;
  /** Blur, in cells of the canvas: paint takes more of it than line. */
  readonly softness: number;
}

/** The pictures by the names of their files. */
const pictures: Record<string, Picture> = {
  "monet": { make: monet, softness: 1.1 },
  "van-gogh": { make: vanGogh, softness: 1.1 },
  "hokusai": { make: hokusai, softness: 0.65 },
  "ink": { make: ink, softness: 0.65 },
  "mosaic": { make: mosaic, softness: 1.2 },
};

const names = Deno.args.length > 0 ? Deno.args : Object.keys(pictures);
for (const name of names) {
  if (!Object.hasOwn(pictures, name)) {
    throw new RangeError(
      `Cannot make a picture as its name is unknown: current value is ${name} (known: ${
        Object.keys(pictures).join(", ")
      })`,
    );
  }
}
for (const name of names) {
  const start = performance.now();
  const { make, softness } = pictures[name];
  const size = await save(name, await make(), softness);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  console.log(`${name}.jpg: ${size} bytes in ${seconds} s`);
}
