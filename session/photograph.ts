import { fileURLToPath, pathToFileURL } from "node:url";
import { currentFolder, located } from "../presets/locations.ts";
import { optionsOf, type ResolvedPreset } from "../presets/preset.ts";
import { decode, type DecodeOptions } from "../stages/decode.ts";
import { UserError } from "../base/errors.ts";
import type { Size } from "../pictures/picture.ts";
import { openPicture } from "../pictures/read_picture.ts";
import { readAll } from "../base/read.ts";
import { filesMatching, isPattern } from "./pattern.ts";

/** The size that is assumed for a photograph that is not named yet. */
export const standIn: Size = { width: 4000, height: 3000 };

/**
 * The URL of the photograph that a preset names, or of the first that its pattern matches, and the number of matches.
 */
export async function photographOf(
  { content }: Pick<DecodeOptions, "content">,
): Promise<{ content?: string; count: number }> {
  if (content === "") return { count: 1 };
  if (!content.startsWith("file:") || !await isPattern(fileURLToPath(content))) return { content, count: 1 };
  const files = await filesMatching(fileURLToPath(content), () => {});
  return { content: pathToFileURL(files[0]).href, count: files.length };
}

/**
 * The size of a picture file, turned upright as its metadata says.
 *
 * @throws {UserError} if it cannot be read.
 */
export async function sizeOfPicture(location: string): Promise<Size> {
  const url = new URL(location);
  return (await openPicture(await readAll(url), url)).size;
}

/**
 * The paths of several photographs: those that are named, or that the pattern of a preset stands for.
 *
 * @param contents What is named beside the preset, paths or patterns; one alone is the preset's own content.
 * @param onShut Told of each folder that may not be looked into, and is left out; one is an error unless this is given.
 * @returns undefined if there is only the one that the preset names.
 * @throws {UserError} if one of several is no file, or a pattern matches none.
 */
export async function photographsOf(
  preset: ResolvedPreset,
  contents: readonly string[] = [],
  onShut?: (error: UserError) => void,
): Promise<string[] | undefined> {
  const locations = contents.length > 1
    ? contents.map((content) => located(content, currentFolder())?.href ?? content)
    : [optionsOf(preset, decode)?.content ?? ""];
  const strange = locations.findIndex((location) => !location.startsWith("file:"));
  if (strange >= 0) {
    if (locations.length === 1) return undefined;
    throw new UserError(`Cannot paint ${contents[strange]} beside others: it is no file`, {
      hint: "paint it in a run of its own",
      exitCode: 2,
    });
  }
  const paths = locations.map((location) => fileURLToPath(location));
  if (paths.length === 1 && !await isPattern(paths[0])) return undefined;
  const found = await Promise.all(
    paths.map(async (path) => await isPattern(path) ? await filesMatching(path, onShut) : [path]),
  );
  return [...new Set(found.flat())];
}
