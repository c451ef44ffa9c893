import type { ResolvedPreset } from "./preset.ts";
import { presetJson } from "./preset_json.ts";

/** A file or an address that a preset reads. */
interface Input {
  /** Its URL. */
  readonly location: string;
  /** The keys that lead to it, such as `decode.styles.0.picture`. */
  readonly key: string;
}

/** Everything that a preset reads, code included, each with the keys that lead to it. */
export function namedInputs(preset: ResolvedPreset): Input[] {
  const inputs: Input[] = [];
  presetJson(preset, (location, path, kind) => {
    if (kind !== "write") inputs.push({ location, key: path.join(".") });
    return location;
  });
  return inputs;
}

/** Every file and address that a preset reads, as URLs. */
export function inputsOf(preset: ResolvedPreset): ReadonlySet<string> {
  return new Set(namedInputs(preset).map(({ location }) => location));
}
