/**
 * Opens films, whatever they come as.
 *
 * @module
 */
import { basename, extname } from "node:path";
import { reasonOf } from "../../base/files.ts";
import type { FilmSource } from "../film.ts";
import type { ReadingOptions } from "./options.ts";
import { openContainer } from "./container.ts";
import { noFilm } from "./faults.ts";
import { numberSign } from "../writing/kind.ts";
import { openFolder } from "./folder.ts";
import { openMoving } from "./moving.ts";

/**
 * Opens a film.
 *
 * @param path A file, a folder of numbered pictures, or a pattern of their names such as `frames/%05d.png`.
 * @throws {UserError} if it cannot be read.
 */
export async function openFilm(path: string, options: ReadingOptions): Promise<FilmSource> {
  if (numberSign.test(basename(path))) return await openFolder(path, options);
  const { isDirectory } = await Deno.stat(path).catch((error) => {
    if (error instanceof Deno.errors.NotCapable) throw error;
    throw noFilm(path, reasonOf(error), error);
  });
  if (isDirectory) return await openFolder(path, options);
  return [".gif", ".webp"].includes(extname(path).toLowerCase())
    ? await openMoving(path, options)
    : await openContainer(path, options);
}
