import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { linksOf, loadPreset } from "../../presets/load.ts";
import type { ResolvedPreset } from "../../presets/preset.ts";
import { shipped } from "../../presets/shipped.ts";
import { UserError } from "../../stages/errors.ts";
import { stylise } from "../../stages/stylise.ts";
import { filesMatching, type FolderResult, isPattern, styliseFolder } from "../../studio/folder.ts";
import { planLine } from "../../studio/plan.ts";
import { bringWeights } from "../bring_weights.ts";
import type { Command } from "../command.ts";
import { complain } from "../complaint.ts";
import { interruptible } from "../interrupt.ts";
import { watchPreset } from "../watch.ts";
import { reporterFor } from "../progress.ts";

/** Paints a picture, or each that a pattern names. Gives the exit code: 130 where Ctrl-C ended it early. */
export const paint: Command = {
  name: "paint",
  words: [],
  description: "paints a picture; the word may be left out",
  hint: "pictures are named with --content and --style; put a pattern into quotes: --content 'photos/*.jpg'",
  async run(call) {
    const { preset: name, overrides, on } = call;
    if (!name) {
      throw new UserError("No preset is named", {
        hint: `add --preset NAME; these ship: ${shipped.join(", ")}`,
        exitCode: 2,
      });
    }
    if (on.has("watch")) return await watchPreset(name, call);
    const preset = await loadPreset(name, overrides, { incomplete: on.has("dry-run") });
    const last = linksOf(preset).at(-1)?.stage;
    if (last?.gives !== "file") {
      throw new UserError(`Cannot paint ${name}: its pipeline ends with ${last?.name}, which writes no file`, {
        hint: "end the pipeline with encode",
        exitCode: 2,
      });
    }
    if (on.has("dry-run")) {
      const { sections, ...common } = preset;
      console.log(JSON.stringify({ ...common, ...sections }, null, 2));
      if (!on.has("quiet")) console.error(`plan: ${await planLine(preset)}`);
      return 0;
    }
    await bringWeights(preset, on);
    const pattern = await patternIn(preset);
    const contents = pattern && await filesMatching(pattern);
    const reporter = reporterFor(on);
    const failed: FolderResult[] = [];
    const code = await interruptible(reporter, async (signal) => {
      const options = { onProgress: reporter.report, signal, resume: on.has("resume") };
      if (!contents) return void await stylise(preset, { ...options, write: true });
      for await (const result of styliseFolder(preset, contents, options)) {
        if (result.state === "failed") failed.push(result);
      }
    });
    if (failed.length === 0) return code;
    console.error(`${failed.length} of ${contents!.length} failed:`);
    for (const { content, error } of failed) complain(error, relative(Deno.cwd(), content));
    return code || 1;
  },
};

/** The content, where it is a pattern for many. */
async function patternIn({ sections: { decode } }: ResolvedPreset): Promise<string | undefined> {
  const content = String(decode?.content ?? "");
  if (!content.startsWith("file:")) return undefined;
  const path = fileURLToPath(content);
  return await isPattern(path) ? path : undefined;
}
