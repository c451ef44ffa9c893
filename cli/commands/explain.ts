import { extname } from "node:path";
import { loadPreset } from "../../presets/load.ts";
import { UserError } from "../../base/errors.ts";
import { explain as explainPreset } from "../../studio/explain.ts";
import { explainFilm } from "../../studio/explain_film.ts";
import { containerEndings } from "../../video/coding/codecs.ts";
import { filmPresetOf } from "./film.ts";
import type { Call } from "../call.ts";
import { inFlags } from "../in_flags.ts";
import { print } from "../output.ts";

/** Tells what a preset will do. */
export async function explain(call: Call): Promise<number> {
  const { words: [word], preset, overrides, contents: [content = ""] } = call;
  const name = word ?? preset;
  if (!name) throw new UserError("No preset to explain", { hint: "write explain PRESET", exitCode: 2 });
  const films = [...containerEndings, ".gif"].includes(extname(content).toLowerCase());
  const resolved = films
    ? await filmPresetOf({ ...call, words: [content], preset: name }, false)
    : await loadPreset(name, overrides, { incomplete: true });
  const lines = films ? await explainFilm(resolved) : await explainPreset(resolved);
  const width = Math.max(...lines.map(({ about }) => about.length));
  print(`${resolved.name}${resolved.description ? `: ${resolved.description}` : ""}\n`);
  for (const { about, text } of lines) print(`  ${about.padEnd(width)}  ${inFlags(text)}`);
  return 0;
}
