import { loadPreset } from "../presets/load.ts";
import { optionsOf, type ResolvedPreset } from "../presets/preset.ts";
import { decode } from "../stages/decode.ts";
import { display } from "../weights/source.ts";
import type { Call } from "./flags.ts";

/**
 * What to tell of masks that a preset lays over its own photograph, where the command line names another one; nothing
 * where there are none.
 *
 * @param name What the preset is called on the command line.
 * @param preset The same preset with all that the command line says.
 */
export async function strangeMasks(
  name: string,
  preset: ResolvedPreset,
  { overrides }: Pick<Call, "overrides">,
): Promise<string | undefined> {
  const said = overrides.map(({ json }) =>
    (json.decode ?? {}) as { content?: string; styles?: Record<number, object> }
  );
  const now = optionsOf(preset, decode);
  if (!now || !said.some(({ content }) => content !== undefined)) return undefined;
  const isSaid = (index: number) =>
    said.some(({ styles = {} }) => Array.isArray(styles) || Object.hasOwn(styles[index] ?? {}, "mask"));
  const masks = now.styles.flatMap(({ mask }, i) => mask && !isSaid(i) ? [{ mask, i }] : []);
  if (masks.length === 0) return undefined;
  const own = optionsOf(await loadPreset(name, [], { incomplete: true }), decode);
  if (!own?.content || own.content === now.content) return undefined;
  const shown = (location: string) => display(new URL(location));
  const files = [...new Set(masks.map(({ mask }) => shown(mask)))].join(", ");
  const flags = masks.map(({ i }) => `--set decode.styles.${i}.mask=FILE`).join(", ");
  return `the preset's mask ${files} belongs to ${shown(own.content)}: ${flags} sets another, --style paints without`;
}
