import { fileURLToPath } from "node:url";
import { load, type Override } from "../presets/load.ts";
import type { PresetFault } from "../presets/layers.ts";
import type { ResolvedPreset } from "../presets/preset.ts";
import { openRegistry } from "../presets/registry.ts";
import type { NamedInput } from "../presets/resolve.ts";
import type { Preset } from "../presets/source.ts";
import { namedAfter, namesPhotograph } from "./named_masks.ts";
import { photographOf } from "./photograph.ts";
import { filesMatching, isPattern } from "./pattern.ts";

/**
 * Checks a preset without painting: every fault at once, files that are not there included. Pictures that it does not
 * name may still be missing.
 *
 * @param preset What `loadPreset` takes.
 * @param overrides What wins over it, one or several.
 * @throws {PresetError} with every fault.
 */
export async function validatePreset(
  preset: string | Preset,
  overrides: Override | readonly Override[] = [],
): Promise<ResolvedPreset> {
  const options = { registry: openRegistry(), incomplete: true, inputFaults: missingFiles };
  using loaded = await load(preset, overrides, options);
  return loaded.preset;
}

/** The files of this machine that are not there, each as a fault. */
async function missingFiles(inputs: readonly NamedInput[]): Promise<PresetFault[]> {
  const { location: content = "" } = inputs.find(({ key }) => key.endsWith("content")) ?? {};
  const many = content === "" || (await photographOf({ content }).catch(() => ({ count: 2 }))).count > 1;
  const named = many ? inputs : inputs.map((input) => ({ ...input, location: namedAfter(input.location, content) }));
  const local = named.filter(({ location }) => location.startsWith("file:") && !namesPhotograph(location));
  const faults = await Promise.all(local.map(async ({ location, key, source }): Promise<PresetFault[]> => {
    const path = fileURLToPath(location);
    if (await isThere(path, key.endsWith("content"))) return [];
    const hint = "check the path; inside a preset it starts from the preset's own folder";
    return [{ source, path: key, message: `names a file that is not there: ${path}`, hint }];
  }));
  return faults.flat();
}

async function isThere(path: string, many: boolean): Promise<boolean> {
  if (many && await isPattern(path)) return await filesMatching(path, () => {}).then(() => true, () => false);
  // What may not be looked at may be there.
  return await Deno.stat(path).then(() => true, (error) => !/NotFound|NotADirectory/.test(error.name));
}
