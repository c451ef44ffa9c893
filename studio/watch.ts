import { fileURLToPath } from "node:url";
import { inputsOf } from "../presets/inputs.ts";
import { filesOf, loadPreset, type Override } from "../presets/load.ts";
import type { ResolvedPreset } from "../presets/preset.ts";
import type { Stylised, StyliseOptions } from "../session/painting.ts";
import { openSession } from "../session/session.ts";
import { withNamedMasks } from "../session/named_masks.ts";
import { isStream } from "../base/pipes.ts";
import { unlessUser } from "../base/errors.ts";
import { byPainter } from "./by_painter.ts";
import { nextChange } from "./next_change.ts";
import { previewOf } from "./preview.ts";

/** A preview. */
export interface PaintedPreview extends Stylised {
  /** The preset at the size of the preview. */
  readonly preset: ResolvedPreset;
  /** Paths of the files that are watched. */
  readonly files: readonly string[];
  /** Set if a painter made it at once, and the preset's own picture follows. */
  readonly sketch?: true;
}

/** A preview, or why there is none. */
export type Preview =
  | PaintedPreview
  | { readonly error: unknown; readonly files: readonly string[] };

/**
 * Paints a small picture, and again whenever the preset, one that it extends or a file that it reads changes,
 * until the signal ends it. A change ends the painting at hand. A file that goes away, as in a checkout or a sync, is
 * waited for. Code that a preset names is loaded once. If the painter that ships has learnt the paintings, its picture
 * comes first.
 *
 * @param name A path, a URL, or the name of a shipped preset.
 * @param overrides What wins over the preset, one or several.
 * @throws {UserError} if there is no such preset when it begins.
 */
export async function* watch(
  name: string,
  overrides: Override | readonly Override[] = [],
  { signal = new AbortController().signal, onProgress, offline }: Omit<StyliseOptions, "write"> = {},
): AsyncGenerator<Preview> {
  await using session = openSession();
  let layers: readonly string[] = await filesOf(name);
  let inputs: readonly string[] = [];
  while (!signal.aborted) {
    const found = await filesOf(name).catch(() => []);
    // A preset that cannot be loaded now still is what it was: those below it may come back.
    const sources = new Set([...found, ...layers, ...inputs]);
    const files = [...sources].filter((source) => source.startsWith("file:") && !isStream(source)).map((source) =>
      fileURLToPath(source)
    );
    const change = await nextChange(files, signal);
    const either = AbortSignal.any([signal, change.signal]);
    try {
      const named = [...inputsOf(withNamedMasks(await loadPreset(name, overrides, { incomplete: true })))];
      const known = named.every((input) => sources.has(input));
      if (found.length > 0) layers = found;
      inputs = named;
      // Files that it newly names are watched before they are read.
      if (!known) {
        change.stop();
        continue;
      }
      const preset = previewOf(await loadPreset(name, overrides));
      const quick = byPainter(preset);
      if (quick) {
        const sketch = await session.stylise(quick, { signal: either, offline }).catch(unlessUser);
        if (sketch && !either.aborted) yield { ...sketch, preset: quick, files, sketch: true };
      }
      const painted = await session.stylise(preset, { onProgress, signal: either, offline });
      if (!either.aborted) yield { ...painted, preset, files };
    } catch (error) {
      if (!either.aborted) yield { error, files };
    }
    await change.over;
  }
}
