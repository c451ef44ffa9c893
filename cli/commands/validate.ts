import { UserError } from "../../base/errors.ts";
import { validatePreset } from "../../session/validate.ts";
import type { Call } from "../call.ts";
import { print } from "../output.ts";

/** Checks a preset without painting; pictures may still be missing. */
export async function validate({ words: [file], overrides }: Call): Promise<number> {
  if (!file) throw new UserError("No preset to check", { hint: "write validate FILE", exitCode: 2 });
  const preset = await validatePreset(file, overrides);
  const stages = preset.chain.map(({ stage }) => stage.name).join(" → ");
  print(`${file} is a sound preset: ${preset.network}, ${stages}`);
  return 0;
}
