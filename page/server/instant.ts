import { messageOf } from "../../base/errors.ts";
import { optionsOf, type ResolvedPreset, withOptions } from "../../presets/preset.ts";
import type { PaintedPicture } from "../../session/painted.ts";
import type { Session } from "../../session/session.ts";
import { decode } from "../../stages/decode.ts";
import { repaint } from "../../stages/repaint.ts";
import { byPainter } from "../../studio/by_painter.ts";
import type { Painters } from "./painters.ts";

/** The longer side of an instant picture: a painter takes a third of a second for it on two cores. */
const side = 512;

/** An instant picture, or one line that says why there is none. */
export type Instant =
  | { readonly picture: PaintedPicture; readonly note: "" }
  | { readonly picture?: undefined; readonly note: string };

/** Paints a preset by a painter that has learnt its paintings: one that was trained here, or the one that ships. */
export async function instantOf(
  preset: ResolvedPreset,
  { session, painters }: { readonly session: Session; readonly painters: Painters },
  signal: AbortSignal,
): Promise<Instant> {
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
      const { picture } = await session.stylise(withOptions(small, repaint, { painter }), { signal, offline: true });
      return { picture, note: "" };
    } catch (error) {
      signal.throwIfAborted();
      const message = messageOf(error);
      const unlearnt = /has not learnt|has no style|several styles/.test(message);
      note = unlearnt ? "No painter has learnt these paintings: the optimiser paints from the start." : message;
    }
  }
  return { note };
}
