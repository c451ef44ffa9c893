import { loadPreset } from "../../presets/load.ts";
import { UserError } from "../../base/errors.ts";
import { explain as explainPreset } from "../../studio/explain.ts";
import type { Call } from "../call.ts";
import { inFlags } from "../in_flags.ts";
import { print } from "../output.ts";

/** Tells what a preset will do. */
export async function explain({ words: [word], preset, overrides }: Call): Promise<number> {
  const name = word ?? preset;
  if (!name) throw new UserError("No preset to explain", { hint: "write explain PRESET", exitCode: 2 });
  const resolved = await loadPreset(name, overrides, { incomplete: true });
  const lines = await explainPreset(resolved);
  const width = Math.max(...lines.map(({ about }) => about.length));
  print(`${resolved.name}${resolved.description ? `: ${resolved.description}` : ""}\n`);
  for (const { about, text } of lines) print(`  ${about.padEnd(width)}  ${inFlags(text)}`);
  return 0;
}
