import { linksOf, loadPreset } from "../../presets/load.ts";
import type { ResolvedPreset } from "../../presets/preset.ts";
import { shipped } from "../../presets/shipped.ts";
import { UserError } from "../../stages/errors.ts";
import { stylise } from "../../stages/stylise.ts";
import type { Command } from "../command.ts";
import { interruptible } from "../interrupt.ts";
import { type Reporter, reporterFor } from "../progress.ts";

/** Paints a picture. Gives the exit code: 130 where Ctrl-C ended it early. */
export const paint: Command = {
  name: "paint",
  words: [],
  description: "paints a picture; the word may be left out",
  hint: "pictures are named with --content and --style",
  async run({ preset: name, overrides, on }) {
    if (!name) {
      throw new UserError("No preset is named", {
        hint: `add --preset NAME; these ship: ${shipped.join(", ")}`,
        exitCode: 2,
      });
    }
    const preset = await loadPreset(name, overrides, { incomplete: on.has("dry-run") });
    if (linksOf(preset).at(-1)?.stage.gives !== "file") {
      throw new UserError(
        `Cannot paint ${name}: its pipeline ends with ${preset.pipeline.at(-1)}, which writes no file`,
        {
          hint: "end the pipeline with encode",
          exitCode: 2,
        },
      );
    }
    if (!on.has("dry-run")) return await run(preset, reporterFor(on));
    const { sections, ...common } = preset;
    console.log(JSON.stringify({ ...common, ...sections }, null, 2));
    return 0;
  },
};

async function run(preset: ResolvedPreset, reporter: Reporter): Promise<number> {
  return await interruptible(reporter, async (signal) => {
    await stylise(preset, { onProgress: reporter.report, signal });
  });
}
