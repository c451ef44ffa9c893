import { dirname, extname, relative } from "node:path";
import { loadPreset } from "../presets/load.ts";
import { optionsOf } from "../presets/preset.ts";
import { encode, keepOthers, outputPath } from "../stages/encode.ts";
import { UserError } from "../base/errors.ts";
import { isPipe } from "../base/pipes.ts";
import { currentFolder, located } from "../presets/locations.ts";
import { inFolder, writeAtomically } from "../base/files.ts";
import { type PaintedPreview, watch } from "../studio/watch.ts";
import { bringWeights } from "../session/bring_weights.ts";
import { complain } from "./complaint.ts";
import type { Call } from "./call.ts";
import { interruptible } from "./interrupt.ts";
import { tell } from "./output.ts";
import { reporterFor } from "./progress.ts";
import { warn } from "./warn.ts";

/** Repaints a preview beside the picture's own place, `NAME-preview.png`, until Ctrl-C. */
export async function watchPreset(name: string, call: Call): Promise<number> {
  const { overrides, on } = call;
  const location = located(name, currentFolder());
  if (location && await isPipe(location)) {
    throw new UserError(`Cannot watch ${name}: a pipe gives its bytes once`, {
      hint: "name a file with --preset",
      exitCode: 2,
    });
  }
  // The folder may go away, too.
  const here = Deno.cwd();
  // One with faults is watched as well, until they are mended.
  const preset = await loadPreset(name, overrides).catch(() => undefined);
  const reporter = reporterFor(on);
  if (preset) await warn(name, preset, call, reporter.report);
  return await interruptible(reporter, async (signal) => {
    const offline = on.has("offline");
    if (preset) await bringWeights(preset, { offline, signal, onProgress: reporter.report });
    for await (const preview of watch(name, overrides, { onProgress: reporter.report, signal, offline })) {
      try {
        if ("error" in preview) throw preview.error;
        reporter.report({ kind: "picture", file: await write(preview) });
      } catch (error) {
        complain(error);
      }
      if (!on.has("quiet") && !("sketch" in preview)) {
        tell(`watching ${preview.files.map((file) => relative(here, file)).join(", ")}`);
      }
    }
  });
}

/** Writes a preview; returns its path. */
async function write({ preset, picture }: PaintedPreview): Promise<string> {
  const { output: named, metadata } = optionsOf(preset, encode) ??
    { output: encode.options.output.default, metadata: true };
  const output = outputPath(named, picture.name, preset.name);
  const ending = extname(output);
  const file = `${output.slice(0, -ending.length)}-preview${ending}`;
  if (metadata) await keepOthers(file);
  const bytes = await picture.bytes(ending.toLowerCase());
  await inFolder(dirname(file), () => writeAtomically(file, bytes));
  return file;
}
