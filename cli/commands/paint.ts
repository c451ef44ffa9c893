import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { loadPreset } from "../../presets/load.ts";
import { currentFolder, located } from "../../presets/locations.ts";
import { optionsOf, type ResolvedPreset } from "../../presets/preset.ts";
import { presetJson } from "../../presets/preset_json.ts";
import { shipped } from "../../presets/shipped.ts";
import { decode } from "../../stages/decode.ts";
import { UserError } from "../../stages/errors.ts";
import { stylise } from "../../stages/stylise.ts";
import { filesMatching, type FolderResult, isPattern, styliseFolder } from "../../studio/folder.ts";
import { planLine } from "../../studio/plan.ts";
import { bringWeights } from "../bring_weights.ts";
import type { Command } from "../command.ts";
import { complain } from "../complaint.ts";
import { interruptible } from "../interrupt.ts";
import { strangeMasks } from "../strange_masks.ts";
import { watchPreset } from "../watch.ts";
import { reporterFor } from "../progress.ts";

/** Paints a picture, or each that a pattern names. Gives the exit code: 130 where Ctrl-C ended it early. */
export const paint: Command = {
  name: "paint",
  words: [],
  description: "paints a picture; the word may be left out",
  hint: "each picture has a --content or --style of its own; put a pattern into quotes: --content 'photos/*.jpg'",
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
    const last = preset.chain.at(-1)?.stage;
    if (last?.gives !== "file") {
      throw new UserError(`Cannot paint ${name}: its pipeline ends with ${last?.name}, which writes no file`, {
        hint: "end the pipeline with encode",
        exitCode: 2,
      });
    }
    if (on.has("dry-run")) {
      console.log(JSON.stringify(presetJson(preset), null, 2));
      if (!on.has("quiet")) console.error(`plan: ${await planLine(preset)}`);
      return 0;
    }
    await bringWeights(preset, on);
    const contents = await photographsOf(preset, call.contents);
    const reporter = reporterFor(on);
    const message = await strangeMasks(name, preset, call);
    if (message) reporter.report({ kind: "warning", message });
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

/** The paths of the photographs, where --content is given several times, or the content is a pattern for many. */
async function photographsOf(
  preset: ResolvedPreset,
  contents: readonly string[],
): Promise<string[] | undefined> {
  const locations = contents.length > 1
    ? contents.map((content) => located(content, currentFolder())?.href ?? content)
    : [optionsOf(preset, decode)?.content ?? ""];
  const strange = locations.findIndex((location) => !location.startsWith("file:"));
  if (strange >= 0) {
    if (locations.length === 1) return undefined;
    throw new UserError(`Cannot paint ${contents[strange]} beside others: it is no file`, {
      hint: "paint it in a run of its own",
      exitCode: 2,
    });
  }
  const paths = locations.map((location) => fileURLToPath(location));
  if (paths.length === 1 && !await isPattern(paths[0])) return undefined;
  const found = await Promise.all(
    paths.map(async (path) => await isPattern(path) ? await filesMatching(path) : [path]),
  );
  return [...new Set(found.flat())];
}
