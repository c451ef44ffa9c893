import type { PresetLayer } from "../presets/layers.ts";

/** What flags of options say as text, by their names; true if one has no value. */
export type FlagTexts = Readonly<Record<string, string | readonly string[] | true>>;

/** The command line, taken apart. */
export interface Call {
  /** The command and its words; where pictures stand in their place, `paint` alone. */
  readonly words: readonly string[];
  /** What --preset says last; if it says nothing and a picture is named, the recipe for these. */
  readonly preset?: string;
  /** What --preset says, each time that it is given. */
  readonly presets: readonly string[];
  /** What --content says, each time that it is given; the overrides know the last of them. */
  readonly contents: readonly string[];
  /** Flags of the command itself that have a value, once each. */
  readonly values: Readonly<Record<string, string>>;
  readonly on: ReadonlySet<string>;
  /** What the flags say, as the last layers of the preset. */
  readonly overrides: readonly PresetLayer[];
  /** What flags of options say, as it was written. */
  readonly texts: FlagTexts;
  /** What --set says, as it was written. */
  readonly sets: readonly string[];
  /** What the flags say, with other settings in the place of --set, and other texts in that of flags. */
  layersWith(sets: readonly string[], texts?: FlagTexts): readonly PresetLayer[];
}
