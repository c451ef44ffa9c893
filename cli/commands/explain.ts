import { loadPreset } from "../../presets/load.ts";
import { UserError } from "../../base/errors.ts";
import { explain as explainPreset } from "../../studio/explain.ts";
import type { Command } from "../command.ts";

/** Tells what a preset will do. */
export const explain: Command = {
  name: "explain",
  words: ["PRESET"],
  description: "tells in plain words what a preset will do, and how long it will take",
  hint: "explain takes one word: the preset",
  async run({ words: [word], preset, overrides }) {
    const name = word ?? preset;
    if (!name) throw new UserError("No preset to explain", { hint: "write explain PRESET", exitCode: 2 });
    const resolved = await loadPreset(name, overrides, { incomplete: true });
    const lines = await explainPreset(resolved);
    const width = Math.max(...lines.map(({ about }) => about.length));
    console.log(`${resolved.name}${resolved.description ? `: ${resolved.description}` : ""}\n`);
    for (const { about, text } of lines) console.log(`  ${about.padEnd(width)}  ${text}`);
    return 0;
  },
};
