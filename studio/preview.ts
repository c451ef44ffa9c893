import { optionsOf, type ResolvedPreset, withOptions } from "../presets/preset.ts";
import { decode } from "../stages/decode.ts";
import { optimise } from "../stages/optimise.ts";

/** A preset at a small size, without its larger scales and without snapshots. */
export function previewOf(preset: ResolvedPreset, side = 256): ResolvedPreset {
  const pictures = optionsOf(preset, decode);
  if (!pictures) return preset;
  const size = Math.min(side, pictures.size);
  const scales = Array.isArray(pictures.scales) ? pictures.scales.filter((side) => side < size) : pictures.scales;
  return withOptions(withOptions(preset, decode, { size, scales }), optimise, { snapshots: 0 });
}
