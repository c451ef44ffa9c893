import { UserError } from "../base/errors.ts";
import type { ResolvedPreset } from "../presets/preset.ts";
import type { StyliseOptions } from "../session/painting.ts";
import { openSession } from "../session/session.ts";
import { type Cell, contactSheet, type SheetOptions } from "./sheet.ts";

/** A preset, and what the sheet calls its picture. */
export interface Variation {
  /** The words under the picture. */
  readonly label: string;
  /** How it is painted. */
  readonly preset: ResolvedPreset;
}

/** Options of {@linkcode variations}. */
export interface VariationsOptions extends SheetOptions, Omit<StyliseOptions, "write"> {
  /** Told of what cannot be painted, whose place stays empty then; it ends the sheet unless given. */
  readonly onFailure?: (error: UserError) => void;
}

/**
 * Paints each of some presets, and puts the pictures onto one sheet.
 *
 * @returns The bytes of the sheet.
 * @throws {UserError} if one of them cannot be painted and nobody is told, or if none can.
 */
export async function variations(cells: readonly Variation[], options: VariationsOptions): Promise<Uint8Array> {
  await using session = openSession();
  const painted: Cell[] = [];
  const began = performance.now();
  for (const [index, { label, preset }] of cells.entries()) {
    options.onProgress?.({
      kind: "photograph",
      file: label,
      index,
      count: cells.length,
      state: "begun",
      remaining: cells.length - index,
      ...index > 0 ? { secondsLeft: (cells.length - index) * (performance.now() - began) / 1000 / index } : {},
    });
    try {
      const { picture } = await session.stylise(preset, { ...options, write: false });
      painted.push({ label, picture: picture.raw() });
    } catch (error) {
      if (!(error instanceof UserError) || options.signal?.aborted) throw error;
      const failure = label === "" ? error : underLabel(label, error);
      const isLast = index === cells.length - 1 && painted.every(({ picture }) => !picture);
      if (!options.onFailure || isLast) throw failure;
      options.onFailure(failure);
      painted.push({ label });
    }
    if (options.signal?.aborted) break;
  }
  return await contactSheet(painted, options);
}

/** The error of a cell, with the cell's label. */
function underLabel(label: string, cause: UserError): UserError {
  const { message, hint, exitCode, code } = cause;
  return new UserError(`${label}: ${message}`, { hint, exitCode, code, cause });
}
