import type { ResolvedPreset } from "../presets/preset.ts";
import type { DecodeOptions } from "../stages/decode.ts";

/** A preset at a small size, without its larger scales and without snapshots. */
export function previewOf(preset: ResolvedPreset, side = 256): ResolvedPreset {
  const { decode, optimise } = preset.sections as unknown as { decode: DecodeOptions; optimise: object };
  const size = Math.min(side, decode.size);
  const scales = Array.isArray(decode.scales) ? decode.scales.filter((side) => side < size) : decode.scales;
  const sections = {
    ...preset.sections,
    decode: { ...decode, size, scales },
    optimise: { ...optimise, snapshots: 0 },
  };
  return { ...preset, sections };
}
