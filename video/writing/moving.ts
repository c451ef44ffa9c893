import { extname } from "node:path";
import { replaceAtomically } from "../../base/files.ts";
import { loadSharp } from "../../pictures/sharp.ts";
import type { FrameStore } from "./store.ts";
import type { FilmShape, FilmTarget } from "./target.ts";

/** Makes a GIF or a WebP that moves. A GIF counts hundredths of a second. */
export function movingTarget(output: string, store: FrameStore, shape: FilmShape): FilmTarget {
  return {
    async ready() {},
    async grown() {},
    async finish(count) {
      const sharp = await loadSharp();
      const { ticks, times, loop, quality } = shape;
      const step = extname(output).toLowerCase() === ".gif" ? 10 : 1;
      const at = (i: number) => i < count ? times[i].at : times[count - 1].at + times[count - 1].lasts;
      const moment = (i: number) => Math.round(1000 * (at(i) - times[0].at) / ticks / step) * step;
      const delay = Array.from({ length: count }, (_, i) => Math.max(step, moment(i + 1) - moment(i)));
      const paths = Array.from({ length: count }, (_, i) => store.pathOf(i));
      const all = count === 1 ? sharp(paths[0]) : sharp(paths, { join: { animated: true }, limitInputPixels: false });
      await replaceAtomically(output, async (temporary) => {
        const film = step === 10 ? all.gif({ delay, loop }) : all.webp({ delay, loop, quality: quality || 90 });
        await film.toFile(temporary);
      });
    },
  };
}
