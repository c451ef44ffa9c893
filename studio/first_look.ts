import { UserError } from "../base/errors.ts";
import type { StyliseOptions } from "../session/painting.ts";
import { openSession } from "../session/session.ts";
import { optionsOf } from "../presets/preset.ts";
import { repaint } from "../stages/repaint.ts";
import { byPainter } from "./by_painter.ts";
import { previewOf } from "./preview.ts";
import { type Cell, contactSheet, type SheetOptions } from "./sheet.ts";
import type { Variation } from "./variations.ts";

/** The most pictures of a first look: more would be too small to see on a screen. */
const mostCells = 100;

/**
 * What pictures will look like: small ones on one sheet, painted at once by their presets' own painter, or the one that
 * ships. Those are left out
 * whose paintings it has not learnt, and those that cannot be painted: their own run says why.
 *
 * @returns The bytes of the sheet.
 * @throws {UserError} if no picture is left: why the first one is not.
 */
export async function firstLook(
  cells: readonly Variation[],
  options: Omit<SheetOptions, "columns"> & Pick<StyliseOptions, "signal" | "offline">,
): Promise<Uint8Array> {
  const painted: Cell[] = [];
  let fault: UserError | undefined;
  await using session = openSession();
  for (const { label, preset } of cells.slice(0, mostCells)) {
    const small = previewOf(preset);
    const quick = optionsOf(small, repaint) ? small : byPainter(small);
    if (!quick) continue;
    try {
      const { picture } = await session.stylise(quick, { ...options, write: false });
      painted.push({ label, picture: picture.raw() });
    } catch (error) {
      options.signal?.throwIfAborted();
      if (!(error instanceof UserError)) throw error;
      fault ??= error;
    }
  }
  if (painted.length === 0) throw fault ?? new UserError("There is nothing that a painter could paint at once");
  return await contactSheet(painted, { ...options, columns: Math.ceil(Math.sqrt(painted.length)) });
}
