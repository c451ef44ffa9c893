import { linksOf, loadPreset } from "../presets/load.ts";
import type { ResolvedPreset } from "../presets/preset.ts";
import { shipped, shippedPreset } from "../presets/shipped.ts";
import { UserError } from "../stages/errors.ts";
import { removeTemporaries } from "../stages/files.ts";
import { stylise } from "../stages/stylise.ts";
import type { Call } from "./flags.ts";
import { bar, jsonLines, plainLines, type Reporter, silent } from "./progress.ts";

/** Paints. Gives the exit code: 130 where Ctrl-C ended it early. */
export async function paint({ preset: name, overrides, on }: Call): Promise<number> {
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
  if (!on.has("dry-run")) return await run(preset, reporterFor(on), on.has("resume"));
  const { sections, ...common } = preset;
  console.log(JSON.stringify({ ...common, ...sections }, null, 2));
  return 0;
}

/** Lists the presets that ship, a line each. */
export async function listPresets(): Promise<number> {
  const width = Math.max(...shipped.map((name) => name.length));
  for (const name of shipped) {
    const { description } = await (await fetch(shippedPreset(name))).json();
    console.log(`${name.padEnd(width)}  ${description}`);
  }
  return 0;
}

/** Checks a preset without painting; pictures may still be missing. */
export async function validate({ words: [, file], overrides }: Call): Promise<number> {
  if (!file) throw new UserError("No preset to check", { hint: "write validate FILE", exitCode: 2 });
  const { network, pipeline } = await loadPreset(file, overrides, { incomplete: true });
  console.log(`${file} is a sound preset: ${network}, ${pipeline.join(" → ")}`);
  return 0;
}

/** Windows knows Ctrl-C alone. */
const stopSignals: readonly Deno.Signal[] = Deno.build.os === "windows" ? ["SIGINT"] : ["SIGINT", "SIGTERM", "SIGHUP"];

async function run(preset: ResolvedPreset, reporter: Reporter, resume: boolean): Promise<number> {
  const stop = new AbortController();
  const interrupted = () => {
    // The second time means now; files take their names only when they are whole.
    if (stop.signal.aborted) {
      reporter.close();
      removeTemporaries();
      Deno.exit(130);
    }
    stop.abort();
    reporter.report({
      kind: "warning",
      message: "stopping after this step, for --resume to go on; once more stops at once",
    });
  };
  for (const signal of stopSignals) Deno.addSignalListener(signal, interrupted);
  try {
    await stylise(preset, { onProgress: reporter.report, signal: stop.signal, resume });
    return stop.signal.aborted ? 130 : 0;
  } finally {
    reporter.close();
    for (const signal of stopSignals) Deno.removeSignalListener(signal, interrupted);
  }
}

function reporterFor(on: ReadonlySet<string>): Reporter {
  if (on.has("json")) return jsonLines();
  if (on.has("quiet")) return silent();
  return Deno.stderr.isTerminal() ? bar() : plainLines();
}
