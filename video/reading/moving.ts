import { messageOf } from "../../base/errors.ts";
import { loadSharp } from "../../pictures/sharp.ts";
import type { FilmSource } from "../film.ts";
import type { ReadingOptions } from "./options.ts";
import { frameOf } from "../frame_stream.ts";
import { checkPixels, noFilm } from "./faults.ts";

/** Milliseconds for which a picture is shown that says no time: as browsers do. */
const usualDelay = 100;

/** Pictures that are decoded in one go: each builds on those before it, and they lie in memory together. */
const together = 16;

/**
 * Opens a picture file that moves: GIF, or WebP.
 *
 * @throws {UserError} if it is none.
 */
export async function openMoving(path: string, options: ReadingOptions): Promise<FilmSource> {
  const sharp = await loadSharp();
  const open = (page: number, pages: number) => sharp(path, { page, pages, limitInputPixels: false });
  const header = await open(0, -1).metadata().catch((error) => {
    throw noFilm(path, messageOf(error).replace(/^Input file /, "it "), error);
  });
  const { pages = 1, delay = [], loop, width, pageHeight: height = header.height, hasAlpha } = header;
  const own = { width, height };
  checkPixels(path, own, options);
  let at = 0;
  const times = Array.from({ length: pages }, (_, i) => {
    const time = { at, lasts: delay[i] || usualDelay };
    at += time.lasts;
    return time;
  });
  return {
    size: own,
    ticks: 1000,
    times,
    rate: [Math.max(1, Math.round(1e6 * pages / at)), 1000],
    transparent: hasAlpha,
    deep: false,
    sounds: false,
    loop,
    remarks: [],
    async *frames(first, size) {
      for (let page = first; page < pages; page += together) {
        options.signal?.throwIfAborted();
        const count = Math.min(together, pages - page);
        // resize() takes the pages apart.
        const part = open(page, count).resize(size.width, size.height, { fit: "fill" }).toColourspace("srgb");
        const { data, info } = await part.raw().toBuffer({ resolveWithObject: true }).catch((error) => {
          throw noFilm(path, messageOf(error), error);
        });
        const channels = info.channels === 4 ? 4 : 3;
        const length = size.width * size.height * channels;
        for (let i = 0; i < count; i++) {
          const frame = frameOf(data.subarray(i * length, (i + 1) * length), { ...size, channels, bytes: 1 });
          yield hasAlpha ? frame : { ...size, data: frame.data };
        }
      }
    },
  };
}
