import { loadPreset } from "../../presets/load.ts";
import { resolvePreset } from "../../presets/resolve.ts";
import type { ResolvedPreset } from "../../presets/preset.ts";
import { presetJson } from "../../presets/preset_json.ts";
import type { Json } from "../../base/json.ts";

/** A preset with what a file would hold of it: the pipeline, and a section for each stage. */
interface Sectioned extends ResolvedPreset {
  readonly pipeline: readonly unknown[];
  // deno-lint-ignore no-explicit-any -- JSON.
  readonly sections: Readonly<Record<string, Record<string, any>>>;
}

/** Loads a preset as `loadPreset` does. */
export async function loadSectioned(...given: Parameters<typeof loadPreset>): Promise<Sectioned> {
  return sectioned(await loadPreset(...given));
}

/** Resolves a preset as `resolvePreset` does. */
export function resolveSectioned(...given: Parameters<typeof resolvePreset>): Sectioned {
  return sectioned(resolvePreset(...given));
}

function sectioned(preset: ResolvedPreset): Sectioned {
  const { pipeline, ...json } = presetJson(preset) as Json & Pick<Sectioned, "pipeline">;
  return { ...preset, pipeline, sections: json as Sectioned["sections"] };
}
