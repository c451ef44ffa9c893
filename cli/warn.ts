import type { Progress } from "../chain/progress.ts";
import type { ResolvedPreset } from "../presets/preset.ts";
import { foreignMasks } from "../session/foreign_masks.ts";
import type { Call } from "./call.ts";
import { idleFlags } from "./idle_flags.ts";

/**
 * What painting a preset is to be warned of: masks that are another photograph's, and flags without effect.
 *
 * @param name The preset's name, path or URL.
 */
export async function warn(
  name: string,
  preset: ResolvedPreset,
  call: Call,
  report: (event: Progress) => void,
): Promise<void> {
  for (const message of [await foreignMasks(name, preset, call.overrides), idleFlags(call, preset, "paint")]) {
    if (message) report({ kind: "warning", message });
  }
}
