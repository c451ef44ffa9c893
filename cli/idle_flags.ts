import { optimiserOf, optimisers } from "../optimisers/mod.ts";
import { optionsOf, type ResolvedPreset } from "../presets/preset.ts";
import { stages } from "../stages/mod.ts";
import { optimise } from "../stages/optimise.ts";
import { repaint } from "../stages/repaint.ts";
import type { Call } from "./call.ts";
import { commandFlags, presetFlags } from "./flag_table.ts";

/** Options of decode that say nothing to a painter. */
const ofDescent: readonly string[] = ["decode.start", "decode.scales"];

/** Commands with flags of their own. */
const owners: readonly string[] = ["train", "film", "studio", "export", "weights"];

/**
 * A warning of flags that say something to what does not run: to a stage that the pipeline lacks, as `--iterations` does
 * where a painter paints, to another optimiser, or to another command.
 *
 * @param command The command that runs.
 * @param used Flags that it uses itself.
 * @returns undefined if there are none.
 */
export function idleFlags(
  { texts, sets, values }: Pick<Call, "texts" | "sets" | "values">,
  preset: ResolvedPreset,
  command: string,
  used: readonly string[] = [],
): string | undefined {
  const entry = optionsOf(preset, optimise)?.optimiser;
  const chosen = entry && optimiserOf(entry, {}).optimiser.name;
  const lacks = (key: string) => !preset.chain.some(({ stage }) => stage.name === key);
  const idle = (path: readonly string[]): string | undefined => {
    const [key, inner] = path;
    if (!lacks(repaint.name) && ofDescent.includes(path.join("."))) return "a painter paints the photograph at once";
    if (lacks(key)) {
      return stages.find(({ name }) => name === key) && `the pipeline of ${preset.name} has no ${key} here`;
    }
    const isOther = key === optimise.name && inner !== chosen && Object.hasOwn(optimisers, inner);
    return isOther ? `the optimiser is ${chosen}` : undefined;
  };
  const ofOthers = (name: string): string | undefined => {
    const { topic } = commandFlags[name as keyof typeof commandFlags];
    return topic !== command && owners.includes(topic) ? `it is for ${topic}` : undefined;
  };
  const said = [
    ...presetFlags.filter(({ name }) => texts[name] !== undefined)
      .map(({ name, path }) => ({ flag: `--${name}`, reason: idle(path) })),
    ...sets.map((set) => set.split("=")[0]).map((key) => ({ flag: `--set ${key}`, reason: idle(key.split(".")) })),
    ...Object.keys(values).map((name) => ({ flag: `--${name}`, reason: ofOthers(name) })),
  ];
  // Without repaint, the optimiser starts from a painter, or a training makes it.
  const known = ["--painter", ...used];
  const lines = said.filter(({ flag, reason }) => reason && !known.includes(flag))
    .map(({ flag, reason }) => `${flag} is without effect: ${reason}`);
  return lines.join("; ") || undefined;
}
