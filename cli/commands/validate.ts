import { UserError } from "../../base/errors.ts";
import { PresetError } from "../../presets/layers.ts";
import { loadPreset } from "../../presets/load.ts";
import { missingFiles } from "../../session/missing_files.ts";
import type { Call } from "../call.ts";
import { print } from "../output.ts";

/** Checks a preset without painting; pictures may still be missing. */
export async function validate({ words: [file], overrides }: Call): Promise<number> {
  if (!file) throw new UserError("No preset to check", { hint: "write validate FILE", exitCode: 2 });
  const preset = await loadPreset(file, overrides, { incomplete: true });
  const faults = await missingFiles(preset, file);
  if (faults.length > 0) throw new PresetError(faults);
  const stages = preset.chain.map(({ stage }) => stage.name).join(" → ");
  print(`${file} is a sound preset: ${preset.network}, ${stages}`);
  return 0;
}
