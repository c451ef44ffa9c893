import { fileURLToPath } from "node:url";
import { namedInputs } from "../../presets/inputs.ts";
import { PresetError } from "../../presets/layers.ts";
import { loadPreset } from "../../presets/load.ts";
import type { ResolvedPreset } from "../../presets/preset.ts";
import { UserError } from "../../base/errors.ts";
import { filesMatching, isPattern } from "../../session/pattern.ts";
import type { Call } from "../flags.ts";

/** Checks a preset without painting; pictures may still be missing. */
export async function validate({ words: [file], overrides }: Call): Promise<number> {
  if (!file) throw new UserError("No preset to check", { hint: "write validate FILE", exitCode: 2 });
  const preset = await loadPreset(file, overrides, { incomplete: true });
  const absent = await absentFiles(preset);
  if (absent.length > 0) {
    throw new PresetError(absent.map(({ key, path }) => ({
      source: file,
      path: key,
      message: `names a file that is not there: ${path}`,
      hint: "check the path; inside a preset it starts from the preset's own folder",
    })));
  }
  console.log(
    `${file} is a sound preset: ${preset.network}, ${preset.chain.map(({ stage }) => stage.name).join(" → ")}`,
  );
  return 0;
}

/** The files of this machine that a preset reads and that are not there, with the keys that name them. */
async function absentFiles(preset: ResolvedPreset): Promise<{ readonly key: string; readonly path: string }[]> {
  const local = namedInputs(preset).filter(({ location }) => location.startsWith("file:"));
  const files = local.map(({ location, key }) => ({ key, path: fileURLToPath(location) }));
  const states = await Promise.all(files.map(({ key, path }) => isThere(path, key === "decode.content")));
  return files.filter((_, i) => !states[i]);
}

async function isThere(path: string, many: boolean): Promise<boolean> {
  if (many && await isPattern(path)) return await filesMatching(path).then(() => true, () => false);
  // What may not be looked at may be there.
  return await Deno.stat(path).then(() => true, (error) => !/NotFound|NotADirectory/.test(error.name));
}
