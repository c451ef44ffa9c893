import { loadPreset } from "../presets/load.ts";
import { optionsOf, type ResolvedPreset } from "../presets/preset.ts";
import { decode } from "../stages/decode.ts";
import { display } from "../base/read.ts";
import { namesPhotograph } from "./named_masks.ts";
import type { PresetLayer } from "../presets/layers.ts";

/**
 * A warning of masks that a preset lays over its own photograph, if its overrides name another photograph.
 *
 * @param name A path, a URL, or the name of a shipped preset.
 * @param preset The same preset with its overrides.
 * @param overrides Layers that win over it, such as those of the command line.
 * @returns undefined if there are no such masks.
 */
export async function foreignMasks(
  name: string,
  preset: ResolvedPreset,
  overrides: readonly PresetLayer[],
): Promise<string | undefined> {
  const said = overrides.map(({ json }) =>
    (json.decode ?? {}) as { content?: string; styles?: Record<number, object> }
  );
  const now = optionsOf(preset, decode);
  if (!now || !said.some(({ content }) => content !== undefined)) return undefined;
  const isSaid = (index: number) =>
    said.some(({ styles = {} }) => Array.isArray(styles) || Object.hasOwn(styles[index] ?? {}, "mask"));
  const masks = now.styles.flatMap(({ mask }, i) => mask && !namesPhotograph(mask) && !isSaid(i) ? [{ mask, i }] : []);
  if (masks.length === 0) return undefined;
  const own = optionsOf(await loadPreset(name, [], { incomplete: true }), decode);
  if (!own?.content || own.content === now.content) return undefined;
  const files = [...new Set(masks.map(({ mask }) => display(mask)))].join(", ");
  const flags = masks.map(({ i }) => `--set decode.styles.${i}.mask=FILE`).join(", ");
  return `the preset's mask ${files} belongs to ${display(own.content)}: ${flags} sets another, --style paints without`;
}
