import { objectSchema } from "../stages/schema.ts";
import { mapLocations } from "./merge.ts";
import type { ResolvedPreset } from "./preset.ts";
import { presetOptions } from "./schema.ts";

/** Every file and address that a preset reads, as URLs. */
export function inputsOf({ sections, ...common }: ResolvedPreset): ReadonlySet<string> {
  const inputs = new Set<string>();
  mapLocations({ ...common, ...sections }, objectSchema(presetOptions), (text, _, kind) => {
    if (kind === "read") inputs.add(text);
    return text;
  });
  return inputs;
}
