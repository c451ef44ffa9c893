import { loadPreset } from "../presets/load.ts";
import type { ResolvedPreset } from "../presets/preset.ts";
import { shipped, shippedPreset } from "../presets/shipped.ts";
import { UserError } from "../stages/errors.ts";
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
  if (on.has("dry-run")) {
    const { sections, ...common } = await loadPreset(name, overrides, { incomplete: true });
    console.log(JSON.stringify({ ...common, ...sections }, null, 2));
    return 0;
  }
  return await run(await loadPreset(name, overrides), reporterFor(on));
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

async function run(preset: ResolvedPreset, reporter: Reporter): Promise<number> {
  const stop = new AbortController();
  const interrupted = () => {
    // The second time means now; files take their names only when they are whole.
    if (stop.signal.aborted) Deno.exit(130);
    stop.abort();
    reporter.report({ kind: "warning", message: "stopping after this step; once more stops at once" });
  };
  Deno.addSignalListener("SIGINT", interrupted);
  Deno.addSignalListener("SIGTERM", interrupted);
  try {
    await stylise(preset, { onProgress: reporter.report, signal: stop.signal });
    return stop.signal.aborted ? 130 : 0;
  } finally {
    reporter.close();
    Deno.removeSignalListener("SIGINT", interrupted);
    Deno.removeSignalListener("SIGTERM", interrupted);
  }
}

function reporterFor(on: ReadonlySet<string>): Reporter {
  if (on.has("json")) return jsonLines();
  if (on.has("quiet")) return silent();
  return Deno.stderr.isTerminal() ? bar() : plainLines();
}
