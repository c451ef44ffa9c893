import { fileURLToPath } from "node:url";
import { namedInputs } from "../presets/inputs.ts";
import type { PresetFault } from "../presets/layers.ts";
import { optionsOf, type ResolvedPreset } from "../presets/preset.ts";
import { decode } from "../stages/decode.ts";
import { namesPhotograph, withNamedMasks } from "./named_masks.ts";
import { photographOf } from "./photograph.ts";
import { filesMatching, isPattern } from "./pattern.ts";

/**
 * The files of this machine that a preset reads and that are not there, each as a fault.
 *
 * @param source What a fault calls the preset.
 */
export async function missingFiles(preset: ResolvedPreset, source: string = preset.name): Promise<PresetFault[]> {
  const local = namedInputs(await isOfMany(preset) ? preset : withNamedMasks(preset)).filter(({ location }) =>
    location.startsWith("file:") && !namesPhotograph(location)
  );
  const faults = await Promise.all(local.map(async ({ location, key }): Promise<PresetFault[]> => {
    const path = fileURLToPath(location);
    if (await isThere(path, key === "decode.content")) return [];
    const hint = "check the path; inside a preset it starts from the preset's own folder";
    return [{ source, path: key, message: `names a file that is not there: ${path}`, hint }];
  }));
  return faults.flat();
}

/** Whether a preset is for many photographs: a folder, or those of a pattern. */
async function isOfMany(preset: ResolvedPreset): Promise<boolean> {
  const { content = "" } = optionsOf(preset, decode) ?? {};
  return content === "" || (await photographOf({ content }).catch(() => ({ count: 2 }))).count > 1;
}

async function isThere(path: string, many: boolean): Promise<boolean> {
  if (many && await isPattern(path)) return await filesMatching(path, () => {}).then(() => true, () => false);
  // What may not be looked at may be there.
  return await Deno.stat(path).then(() => true, (error) => !/NotFound|NotADirectory/.test(error.name));
}
