import { basename, extname } from "node:path";
import { containerEndings, transparentEndings } from "../coding/codecs.ts";

/** The sign of a number in the name of a picture, as ffmpeg writes it: `%05d`. */
export const numberSign = /%0?(\d*)d/;

/** The pictures that move. */
export const movingEndings: readonly string[] = [".gif", ".webp"];

/** The formats of numbered pictures. */
const numberedEndings: readonly string[] = [".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff"];

/** What a film can be written as, by its name. */
export type FilmKind = "container" | "moving" | "folder";

/** What a path names: undefined if it is no film that can be written. */
export function kindOf(output: string): FilmKind | undefined {
  const ending = extname(output).toLowerCase();
  if (numberSign.test(basename(output))) return numberedEndings.includes(ending) ? "folder" : undefined;
  if (containerEndings.includes(ending)) return "container";
  if (movingEndings.includes(ending)) return "moving";
  return ending === "" || /[/\\]$/.test(output) ? "folder" : undefined;
}

/** The endings of films that can be written. */
export const filmEndings: readonly string[] = [...containerEndings, ...movingEndings];

/** Whether what a path names can hold opacity. */
export function holdsOpacity(output: string): boolean {
  const kind = kindOf(output);
  const ending = extname(output).toLowerCase();
  if (kind === "folder") return !ending.startsWith(".j");
  return kind === "moving" || transparentEndings.includes(ending);
}
