import { UserError } from "../base/errors.ts";
import { isObject } from "../base/json.ts";
import { nearest } from "../base/nearest.ts";
import { load, type LoadedPreset } from "../presets/load.ts";
import type { ResolvedPreset } from "../presets/preset.ts";
import { checkComplete } from "../presets/chain_faults.ts";
import type { Resolving } from "../presets/resolve.ts";
import type { Registry } from "../presets/registry.ts";
import type { PictureSource, Preset, StyleSource } from "../presets/source.ts";

/** What a picture is made of, in short: a photograph, a painting or several, and how. */
export interface Commission {
  /** The photograph; that of the preset unless given. */
  readonly content?: PictureSource;
  /** The painting, or several; those of the preset unless given. */
  readonly style?: PictureSource | StyleSource | readonly (PictureSource | StyleSource)[];
  /** How to paint: a shipped preset's name, a path, a URL or an object; `painting` unless given. */
  readonly preset?: string | Preset;
  /** The longer side of the result in pixels; the preset's unless given. */
  readonly size?: number;
}

/**
 * What can be painted: the short form, a preset by its name, path or URL or as an object, or one that
 * {@linkcode loadPreset} gave.
 */
export type Paintable = Commission | string | Preset | ResolvedPreset;

const keys = ["content", "style", "preset", "size"] as const satisfies readonly (keyof Commission)[];

/**
 * Loads what can be painted, unless it is loaded already.
 *
 * @param over Keys that win over it.
 * @throws {UserError} if something is wrong with it.
 */
export async function loadAsked(
  asked: Paintable,
  options: Resolving & { readonly registry: Registry },
  over: Preset = {},
): Promise<LoadedPreset> {
  if (!isObject(asked) && typeof asked !== "string") {
    throw new UserError(`Cannot paint ${asked === null ? "null" : typeof asked}: a preset is needed`, {
      hint: "give { content, style, preset, size }, the name of a preset, or a preset",
      exitCode: 2,
    });
  }
  if (isResolved(asked)) {
    if (!options.incomplete) checkComplete(asked);
    return { preset: asked, [Symbol.dispose]: () => {} };
  }
  if (!isCommission(asked)) return await load(asked, over, options);
  const { content, style, preset = "painting", size } = checked(asked);
  if (isObject(preset) && isResolved(preset)) {
    throw new UserError("Cannot lay pictures over a preset that is loaded", {
      hint: "give its name, path or object as `preset`, or lay them over it with loadPreset",
      exitCode: 2,
    });
  }
  const styles = style === undefined ? undefined : [style].flat().map(styleOf);
  return await load(preset, [{ decode: { content, styles, size } }, over], options);
}

function isResolved(asked: object | string): asked is ResolvedPreset {
  return typeof asked === "object" && "chain" in asked;
}

function isCommission(asked: Paintable): asked is Commission {
  return typeof asked === "object" && keys.some((key) => Object.hasOwn(asked, key));
}

function checked(asked: Commission): Commission {
  const stray = Object.keys(asked).find((key) => !keys.some((known) => known === key));
  if (stray === undefined) return asked;
  const guess = nearest(stray, keys);
  const inside = "options of a preset go into it: preset: { extends: NAME, … }";
  throw new UserError(`Cannot use the key ${stray} beside ${Object.keys(asked).find((key) => key !== stray)}`, {
    hint: `${guess ? `did you mean ${guess}? ` : ""}the keys here are ${keys.join(", ")}; ${inside}`,
    exitCode: 2,
  });
}

function styleOf(style: PictureSource | StyleSource): StyleSource {
  return isObject(style) && "picture" in style ? style as StyleSource : { picture: style as PictureSource };
}
