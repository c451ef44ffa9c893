import type { ResolvedPreset } from "../presets/preset.ts";
import { stages } from "../stages/mod.ts";
import type { Call } from "./call.ts";
import { presetFlags } from "./flag_table.ts";

/**
 * A warning of flags that set options of stages which the pipeline lacks, as `--iterations` does where a painter paints;
 * undefined if there are none.
 */
export function idleFlags({ texts, sets }: Call, { name, chain }: ResolvedPreset): string | undefined {
  const said = [
    ...presetFlags.filter(({ name }) => texts[name] !== undefined).map(({ name, path }) => [`--${name}`, path[0]]),
    ...sets.map((set) => [`--set ${set.slice(0, set.indexOf("="))}`, set.split(/[.=]/)[0]]),
  ];
  const idle = said.filter(([flag, key]) =>
    stages.some(({ name }) => name === key) && !chain.some(({ stage }) => stage.name === key) &&
    // Without repaint, the optimiser starts from it, or a training makes it.
    flag !== "--painter"
  );
  if (idle.length === 0) return undefined;
  const [flags, lacking] = [0, 1].map((i) => [...new Set(idle.map((pair) => pair[i]))].join(", "));
  return `${flags}: without effect, as the pipeline of ${name} has no ${lacking} here`;
}
