import { dirname } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { currentFolder, located } from "../presets/locations.ts";
import { optionsOf, type ResolvedPreset } from "../presets/preset.ts";
import { decode, type DecodeOptions } from "../stages/decode.ts";
import { UserError } from "../base/errors.ts";
import type { Size } from "../pictures/picture.ts";
import { openPicture } from "../pictures/read_picture.ts";
import { readAll } from "../base/read.ts";
import { presetInXmp } from "../pictures/xmp.ts";
import { encode, outputPath, xmpOf } from "../stages/encode.ts";
import { filesMatching, isFolder, isPattern, picturesIn } from "./pattern.ts";

/** The size that is assumed for a photograph that is not named yet. */
export const standIn: Size = { width: 4000, height: 3000 };

/**
 * The URL of the photograph that a preset names, or of the first that its pattern matches, and the number of matches.
 */
export async function photographOf(
  { content }: Pick<DecodeOptions, "content">,
): Promise<{ content?: string; count: number }> {
  if (content === "") return { count: 1 };
  const files = content.startsWith("file:") ? await manyAt(fileURLToPath(content), () => {}) : undefined;
  if (!files) return { content, count: 1 };
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
 * The paths of several photographs: those that are named, or that a folder or a pattern stands for.
 *
 * @param contents What is named beside the preset, paths, folders or patterns; one alone is the preset's own content.
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
  const { output } = optionsOf(preset, encode) ?? {};
  const found = await Promise.all(paths.map(async (path) => {
    const files = await manyAt(path, onShut);
    // Results that go into the folder itself are no photographs the next time.
    const mixed = output !== undefined && await isFolder(path) && dirname(outputPath(output, "", preset.name)) === path;
    if (!files || !mixed) return files;
    const painted = await Promise.all(files.map(async (file) => presetInXmp(await xmpOf(file)) !== undefined));
    return files.filter((_, i) => !painted[i]);
  }));
  if (paths.length === 1 && !found[0]) return undefined;
  return [...new Set(found.flatMap((files, i) => files ?? paths[i]))];
}

/** The photographs for which a path stands if it is that of a folder or a pattern; undefined if it is that of one. */
export async function manyAt(path: string, onShut?: (error: UserError) => void): Promise<string[] | undefined> {
  if (await isFolder(path)) return await picturesIn(path, onShut);
  return await isPattern(path) ? await filesMatching(path, onShut) : undefined;
}
