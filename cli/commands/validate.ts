import { loadPreset } from "../../presets/load.ts";
import { UserError } from "../../stages/errors.ts";
import type { Command } from "../command.ts";

/** Checks a preset without painting; pictures may still be missing. */
export const validate: Command = {
  name: "validate",
  words: ["FILE"],
  description: "checks a preset",
  hint: "validate takes one word: the preset to check",
  async run({ words: [file], overrides }) {
    if (!file) throw new UserError("No preset to check", { hint: "write validate FILE", exitCode: 2 });
    const { network, pipeline } = await loadPreset(file, overrides, { incomplete: true });
    console.log(`${file} is a sound preset: ${network}, ${pipeline.join(" → ")}`);
    return 0;
  },
};
