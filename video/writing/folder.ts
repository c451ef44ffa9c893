import { basename, dirname, extname, join } from "node:path";
import { replaceAtomically } from "../../base/files.ts";
import { loadSharp } from "../../pictures/sharp.ts";
import { numberSign } from "./kind.ts";
import type { FrameStore } from "./store.ts";
import type { FilmShape, FilmTarget } from "./target.ts";

/** The names of pictures in a folder that says none. */
const usualName = "%05d.png";

/** The folder of numbered pictures, and how they are called. */
export function namesIn(output: string): { readonly folder: string; nameOf(index: number): string } {
  const named = numberSign.test(basename(output));
  const [folder, pattern] = named ? [dirname(output), basename(output)] : [output, usualName];
  return {
    folder,
    // From 1, as ffmpeg counts.
    nameOf: (index) => pattern.replace(numberSign, (_, digits) => String(index + 1).padStart(Number(digits || 0), "0")),
  };
}

/** Makes a folder of numbered pictures. */
export function folderTarget(output: string, store: FrameStore, { quality }: FilmShape): FilmTarget {
  const { folder, nameOf } = namesIn(output);
  return {
    async ready() {},
    async grown() {},
    async finish(count) {
      await Deno.mkdir(folder, { recursive: true });
      const sharp = await loadSharp();
      for (let i = 0; i < count; i++) {
        const name = nameOf(i);
        const ending = extname(name).toLowerCase();
        const write = async (path: string) => {
          if (ending === ".png") return await Deno.copyFile(store.pathOf(i), path);
          const picture = sharp(store.pathOf(i), { limitInputPixels: false });
          const format = ending === ".webp" ? "webp" : ending.startsWith(".j") ? "jpeg" : "tiff";
          await (format === "tiff" ? picture.tiff({ compression: "lzw" }) : picture[format]({ quality: quality || 95 }))
            .toFile(path);
        };
        await replaceAtomically(join(folder, name), write);
      }
    },
  };
}
