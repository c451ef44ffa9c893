import { optimiserOf, optimisers } from "../optimisers/mod.ts";
import { optionsOf, type ResolvedPreset } from "../presets/preset.ts";
import { stages } from "../stages/mod.ts";
import { optimise } from "../stages/optimise.ts";
import type { Call } from "./call.ts";
import { presetFlags } from "./flag_table.ts";

/**
 * A warning of flags that set options of what does not run: of a stage that the pipeline lacks, as `--iterations` does
 * where a painter paints, or of another optimiser.
 *
 * @param used Flags that the command itself uses.
 * @returns undefined if there are none.
 */
export function idleFlags(
  { texts, sets }: Pick<Call, "texts" | "sets">,
  preset: ResolvedPreset,
  used: readonly string[] = [],
): string | undefined {
  const entry = optionsOf(preset, optimise)?.optimiser;
  const chosen = entry && optimiserOf(entry, {}).optimiser.name;
  const idle = (path: readonly string[]): string | undefined => {
    const [key, inner] = path;
    const isLacking = !preset.chain.some(({ stage }) => stage.name === key);
    if (isLacking) {
      return stages.find(({ name }) => name === key) && `the pipeline of ${preset.name} has no ${key} here`;
    }
    const isOther = key === optimise.name && inner !== chosen && Object.hasOwn(optimisers, inner);
    return isOther ? `the optimiser is ${chosen}` : undefined;
  };
  const said = [
    ...presetFlags.filter(({ name }) => texts[name] !== undefined).map(({ name, path }) => ({
      flag: `--${name}`,
      path,
    })),
    ...sets.map((set) => set.split("=")[0]).map((key) => ({ flag: `--set ${key}`, path: key.split(".") })),
  ];
  // Without repaint, the optimiser starts from a painter, or a training makes it.
  const known = new Set(["--painter", ...used]);
  const lines = said.filter(({ flag }) => !known.has(flag)).flatMap(({ flag, path }) => {
    const reason = idle(path);
    return reason ? [`${flag} is without effect: ${reason}`] : [];
  });
  return lines.length > 0 ? lines.join("; ") : undefined;
}
