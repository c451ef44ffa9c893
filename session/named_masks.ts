import { optionsOf, type ResolvedPreset, withOptions } from "../presets/preset.ts";
import { decode, nameOf } from "../stages/decode.ts";

/** `{name}` or `{content}` in a URL, where braces may be escaped. */
const placeholder = /(?:\{|%7B)(?:name|content)(?:\}|%7D)/gi;

/** Whether the name of the photograph is a part of a location. */
export function namesPhotograph(location: string): boolean {
  return location.search(placeholder) >= 0;
}

/** A location with the name of a photograph in the place of `{name}`. */
export function namedAfter(location: string, content: string): string {
  return location.replaceAll(placeholder, () => encodeURIComponent(nameOf(content)));
}

/** A preset with the name of its photograph in the place of `{name}` in its masks: a mask for each of many. */
export function withNamedMasks(preset: ResolvedPreset): ResolvedPreset {
  const { content = "", styles = [] } = optionsOf(preset, decode) ?? {};
  if (content === "" || !styles.some(({ mask }) => mask && namesPhotograph(mask))) return preset;
  const named = styles.map((style) =>
    style.mask === undefined ? style : { ...style, mask: namedAfter(style.mask, content) }
  );
  return withOptions(preset, decode, { styles: named });
}
