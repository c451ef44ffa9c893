import { messageOf } from "../../base/errors.ts";
import { type Memo, memo } from "../../base/memo.ts";
import { around, type Link } from "../../chain/link.ts";
import type { Tensors } from "../../objective/tensors.ts";
import { optionsOf, type ResolvedPreset, withOptions } from "../../presets/preset.ts";
import type { PaintedPicture } from "../../session/painted.ts";
import type { Session } from "../../session/session.ts";
import { decode } from "../../stages/decode.ts";
import { encode } from "../../stages/encode.ts";
import type { Painted } from "../../stages/optimise.ts";
import { repaint } from "../../stages/repaint.ts";
import { byPainter } from "../../studio/by_painter.ts";
import type { Painters } from "./painters.ts";

/** The longer side of an instant picture: a painter takes a third of a second for it on two cores. */
const side = 512;

/** An instant picture, or one line that says why there is none. */
export type Instant =
  | { readonly picture: PaintedPicture; readonly note: "" }
  | { readonly picture?: undefined; readonly note: string };

/** How many passes of a painter, and how many pictures of them, are kept: two megabytes each. */
const [keptPasses, keptPictures] = [4, 2];

/** Paints a preset by a painter that has learnt its paintings: one that was trained here, or the one that ships. */
export type InstantPainter = (preset: ResolvedPreset, signal: AbortSignal) => Promise<Instant>;

/** Opens what paints at once. What a change leaves as it was is not painted anew. */
export function openInstant(
  { session, painters }: { readonly session: Session; readonly painters: Painters },
): InstantPainter {
  const [passes, pictures] = [memo(keptPasses), memo(keptPictures)];
  return async (preset, signal) => {
    const whole = optionsOf(preset, repaint) ? preset : byPainter(preset);
    if (!whole) return { note: "" };
    const size = Math.min(side, optionsOf(whole, decode)?.size ?? side);
    const small = withOptions(whole, decode, { size, scales: [] });
    const chosen = optionsOf(small, repaint)!;
    const own = chosen.painter !== "" || Object.keys(chosen.styles).length > 0;
    const trained = own ? [] : painters.list().toReversed().map(({ id }) => painters.urlOf(id)!);
    let note = "";
    for (const painter of [...trained, chosen.painter]) {
      try {
        const ready = withOptions(small, repaint, { painter });
        const picture = await pictures(keyOf(ready, ready.chain), async () => {
          return (await session.stylise(remembering(ready, passes), { signal, offline: true })).picture;
        });
        return { picture, note: "" };
      } catch (error) {
        signal.throwIfAborted();
        const message = messageOf(error);
        const unlearnt = /has not learnt|has no style|several styles/.test(message);
        note = unlearnt ? "No painter has learnt these paintings: the optimiser paints from the start." : message;
      }
    }
    return { note };
  };
}

/** A preset by a painter, whose pass is kept for all presets that differ behind it alone. */
function remembering(preset: ResolvedPreset, passes: Memo): ResolvedPreset {
  const { chain } = preset;
  const at = chain.findIndex(({ stage }) => stage === repaint);
  const key = keyOf(preset, chain.slice(0, at + 1));
  const link = around(chain[at], (run) => async (input, context) => {
    const { pictures, network } = input as Tensors;
    const image = await passes(key, async () => (await run(input, context) as Painted).image);
    return { image, pictures, value: NaN, network } satisfies Painted;
  });
  return { ...preset, chain: chain.with(at, link) };
}

/** All that the result of some links depends on: files that were handed over do not change. */
function keyOf({ network }: ResolvedPreset, links: readonly Link[]): string {
  return JSON.stringify([network, ...links.filter(({ stage }) => stage !== encode).map(({ options }) => options)]);
}
