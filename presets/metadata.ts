import { dirname, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { isUrl, ownScheme } from "./locations.ts";
import type { ResolvedPreset } from "./preset.ts";
import { type ChangeLocation, presetJson } from "./preset_json.ts";
import { withoutSecrets } from "../base/addresses.ts";
import { isStream } from "../base/pipes.ts";
import { moduleRoot } from "../base/root.ts";
import { isUnfinished, presetInXmp, xmpOfPreset } from "../pictures/xmp.ts";

/** URL of the folder with the pictures that ship. */
const examples = new URL("examples/", moduleRoot).href;

/**
 * An XMP packet that holds a preset. Files are named relative to the picture's folder, so that both can move together,
 * and nobody's folders travel with a picture; those that ship are found wherever the module is. The picture's own name
 * is left out: under any name it is the same picture, and a repetition does not write over something. So are the
 * passwords and keys of addresses.
 *
 * @param path The picture's own path; if it is empty, files are named by their URLs.
 * @param unfinished Marks a picture whose run was interrupted.
 */
export function presetXmp(preset: ResolvedPreset, path: string, unfinished = false): string {
  return xmpOfPreset(recipeText(preset, path), unfinished);
}

/** The preset inside {@linkcode presetXmp}, as JSON text. */
export function recipeText(preset: ResolvedPreset, path: string): string {
  const portable: ChangeLocation = (value, _, kind) => {
    if (kind === "write") return undefined;
    if (value.startsWith(examples)) return `${ownScheme}${value.slice(moduleRoot.href.length)}`;
    if (value.startsWith("blob:") || isStream(value)) return "";
    if (!value.startsWith("file:") || path === "") return withoutSecrets(value);
    const name = relative(dirname(path), fileURLToPath(value)).replaceAll(sep, "/");
    return isUrl(name) ? `./${name}` : name;
  };
  return JSON.stringify(presetJson(preset, portable));
}

/** Whether a picture with this packet at a path is the finished one of a preset. */
export function isFinished(xmp: string, preset: ResolvedPreset, path: string): boolean {
  return presetInXmp(xmp) === presetInXmp(presetXmp(preset, path)) && !isUnfinished(xmp);
}
