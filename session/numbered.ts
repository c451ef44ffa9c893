import { extname } from "node:path";
import { subjectOf } from "../chain/link.ts";
import { isUnfinished, presetInXmp } from "../pictures/xmp.ts";
import { presetXmp } from "../presets/metadata.ts";
import { optionsOf, type ResolvedPreset, withOptions } from "../presets/preset.ts";
import { inputsOf } from "../presets/inputs.ts";
import { encode, keepInputs, outputPath, xmpOf } from "../stages/encode.ts";

/** Where the picture of a preset goes, so that no other picture is lost. */
interface Numbered {
  /** The preset, with that path as its output. */
  readonly preset: ResolvedPreset;
  /** What to tell: a picture that stays, or one that is painted anew. */
  readonly note?: string;
}

/**
 * Gives the picture of a preset a numbered name if another preset painted the one that has its name. What this program
 * did not paint is left to the stage that writes, which refuses to touch it.
 *
 * @param resume Takes the place of a checkpoint, so that its run goes on, or says why it does not.
 */
export async function numbered(
  preset: ResolvedPreset,
  { resume = false }: { readonly resume?: boolean } = {},
): Promise<Numbered> {
  const { output } = optionsOf(preset, encode) ?? {};
  const writers = preset.chain.filter(({ stage }) => stage.gives === "file");
  if (output === undefined || writers.length > 1) return { preset };
  const { name } = subjectOf(preset.chain, preset.name);
  const asked = outputPath(output, name, preset.name);
  await keepInputs(asked, inputsOf(preset));
  for (let count = 1;; count++) {
    const path = numberedPath(asked, count);
    const there = await stateOf(path, preset);
    const free = there === "nothing" || there === "own" || there === "unfinished" ||
      resume && await hasCheckpoint(path);
    if (!free && (there === "other" || count > 1)) continue;
    const note = count > 1
      ? `${asked} was painted in another way and stays: this one becomes ${path}; \`overwrite\` would replace it`
      : there === "own"
      ? `${path} was painted in this way before: it is painted anew`
      : undefined;
    return { preset: count > 1 ? withOptions(preset, encode, { output: path }) : preset, note };
  }
}

/** A path with a number before its ending; the first one has none. */
export function numberedPath(path: string, count: number): string {
  const ending = extname(path);
  return count === 1 ? path : `${path.slice(0, path.length - ending.length)}-${count}${ending}`;
}

/** A path under which nothing can be lost, with a number if need be: there is no file yet, or an empty one as of mktemp. */
export async function freePath(path: string): Promise<string> {
  let count = 1;
  while (await isTaken(numberedPath(path, count))) count++;
  return numberedPath(path, count);
}

/** Where a run under a name was interrupted: there, or under one of its numbers; undefined if it was not. */
export async function interruptedPath(path: string): Promise<string | undefined> {
  for (let count = 1;; count++) {
    const numbered = numberedPath(path, count);
    if (await hasCheckpoint(numbered)) return numbered;
    if (!await isTaken(numbered)) return undefined;
  }
}

async function isTaken(path: string): Promise<boolean> {
  if (!await Deno.lstat(path).catch(() => undefined)) return false;
  const { isFile, size } = await Deno.stat(path).catch(() => ({ isFile: false, size: 0 }));
  return !isFile || size > 0;
}

/** Whose picture is at a path. */
async function stateOf(path: string, preset: ResolvedPreset) {
  const { size } = await Deno.stat(path).catch(() => ({ size: 0 }));
  if (size === 0) return "nothing";
  const xmp = await xmpOf(path);
  const inside = presetInXmp(xmp);
  if (inside === undefined) return "foreign";
  if (inside !== presetInXmp(presetXmp(preset, path))) return "other";
  return isUnfinished(xmp) ? "unfinished" : "own";
}

/** Whether an interrupted run left a checkpoint beside its output. */
export async function hasCheckpoint(path: string): Promise<boolean> {
  return await Deno.stat(`${path}.checkpoint`).then(() => true, () => false);
}
