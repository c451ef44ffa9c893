import { fileURLToPath, pathToFileURL } from "node:url";
import type { DecodeOptions } from "../stages/decode.ts";
import type { Size } from "../stages/picture.ts";
import { openPicture } from "../stages/sharp.ts";
import { readAll } from "../weights/source.ts";
import { filesMatching, isPattern } from "./folder.ts";

/** What stands for a photograph that is not named yet. */
export const standIn: Size = { width: 4000, height: 3000 };

/** The photograph that a preset names, a URL, and how many there are: of those that a pattern names, the first. */
export async function photographOf(
  { content }: Pick<DecodeOptions, "content">,
): Promise<{ content?: string; count: number }> {
  if (content === "") return { count: 1 };
  if (!content.startsWith("file:") || !await isPattern(fileURLToPath(content))) return { content, count: 1 };
  const files = await filesMatching(fileURLToPath(content));
  return { content: pathToFileURL(files[0]).href, count: files.length };
}

/**
 * The size of a picture file, upright.
 *
 * @throws {UserError} where it cannot be read.
 */
export async function sizeOfPicture(location: string): Promise<Size> {
  const url = new URL(location);
  return (await openPicture(await readAll(url), url)).size;
}
