import { objectSchema } from "../stages/schema.ts";
import { mapLocations } from "./merge.ts";
import { checksItself, optionsOf, pluginOf, usesIn } from "./modules.ts";
import type { ResolvedPreset } from "./preset.ts";
import { presetOptions } from "./schema.ts";

/** Every file and address that a preset reads, as URLs. */
export function inputsOf({ sections, ...common }: ResolvedPreset): ReadonlySet<string> {
  const inputs = new Set<string>();
  const schema = objectSchema(presetOptions);
  const collect = (text: string, _: string, kind: "read" | "write" | "code") => {
    if (kind !== "write") inputs.add(text);
    return text;
  };
  const preset = { ...common, ...sections };
  mapLocations(preset, schema, collect);
  for (const use of usesIn(preset, schema).filter(checksItself)) {
    mapLocations(optionsOf(use), objectSchema(pluginOf(use)?.options ?? {}), collect);
  }
  return inputs;
}
