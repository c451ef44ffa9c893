import { objectSchema } from "../stages/schema.ts";
import { mapLocations } from "./merge.ts";
import { checksItself, optionsOf, pluginOf, usesIn } from "./modules.ts";
import type { ResolvedPreset } from "./preset.ts";
import { presetOptions } from "./schema.ts";

/** A file or an address that a preset reads. */
export interface Input {
  /** Its URL. */
  readonly location: string;
  /** The keys that lead to it, such as `decode.styles.0.picture`. */
  readonly key: string;
}

/** Whatever a preset reads, each with the place that names it. */
export function namedInputs({ sections, ...common }: ResolvedPreset): Input[] {
  const inputs: Input[] = [];
  const schema = objectSchema(presetOptions);
  const collect = (location: string, key: string, kind: "read" | "write" | "code") => {
    if (kind !== "write") inputs.push({ location, key });
    return location;
  };
  const preset = { ...common, ...sections };
  mapLocations(preset, schema, collect);
  for (const use of usesIn(preset, schema).filter(checksItself)) {
    mapLocations(optionsOf(use), objectSchema(pluginOf(use)?.options ?? {}), collect, use.path.join("."));
  }
  return inputs;
}

/** Every file and address that a preset reads, as URLs. */
export function inputsOf(preset: ResolvedPreset): ReadonlySet<string> {
  return new Set(namedInputs(preset).map(({ location }) => location));
}
