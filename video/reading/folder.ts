import { basename, extname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { openPicture } from "../../pictures/read_picture.ts";
import { endings } from "../../pictures/write_picture.ts";
import type { FilmSource } from "../film.ts";
import type { ReadingOptions } from "./options.ts";
import { numberSign } from "../writing/kind.ts";
import { checkPixels, noFilm } from "./faults.ts";

/** The numbered pictures of a folder, or of a pattern such as `frames/%05d.png`, in the order of their numbers. */
export async function numberedPictures(path: string): Promise<string[]> {
  const named = numberSign.test(basename(path));
  const folder = named ? join(path, "..") : path;
  const [before, after] = basename(path).split(numberSign).filter((_, i) => i !== 1);
  const fits = (name: string) =>
    named
      ? name.startsWith(before) && name.endsWith(after) && /^\d+$/.test(name.slice(before.length, -after.length))
      : !name.startsWith(".") && endings.includes(extname(name).toLowerCase()) && /\d/.test(name);
  const names: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) if (!isDirectory && fits(name)) names.push(name);
  const byNumber = new Intl.Collator("en", { numeric: true }).compare;
  return names.sort(byNumber).map((name) => join(folder, name));
}

/**
 * Opens a folder of numbered pictures as a film.
 *
 * @throws {UserError} if there are none, or they differ in size.
 */
export async function openFolder(path: string, options: ReadingOptions): Promise<FilmSource> {
  const files = await numberedPictures(path).catch(() => []);
  if (files.length === 0) throw noFilm(path, "there are no pictures with numbers in their names");
  const open = async (file: string) =>
    await openPicture(await Deno.readFile(file), pathToFileURL(file), { pixelLimit: options.pixelLimit });
  const first = await open(files[0]);
  checkPixels(files[0], first.size, options);
  const [frames, seconds] = options.rate;
  return {
    size: first.size,
    ticks: frames,
    times: files.map((_, i) => ({ at: i * seconds, lasts: seconds })),
    rate: options.rate,
    transparent: await first.alpha({ width: 1, height: 1 }) !== undefined,
    deep: false,
    sounds: false,
    remarks: [],
    async *frames(from, size) {
      for (const file of files.slice(from)) {
        options.signal?.throwIfAborted();
        const picture = await open(file);
        const { width, height } = picture.size;
        if (width !== first.size.width || height !== first.size.height) {
          throw noFilm(
            file,
            `it has ${width}×${height} pixels, and the first one ${first.size.width}×${first.size.height}`,
          );
        }
        yield { ...await picture.pixels(size), alpha: await picture.alpha(size) };
      }
    },
  };
}
