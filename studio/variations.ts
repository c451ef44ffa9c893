import { UserError } from "../base/errors.ts";
import type { ResolvedPreset } from "../presets/preset.ts";
import type { StyliseOptions } from "../session/painting.ts";
import { openSession } from "../session/session.ts";
import { contactSheet, type SheetOptions } from "./sheet.ts";

/** A preset, and what the sheet calls its picture. */
export interface Variation {
  /** The words under the picture. */
  readonly label: string;
  /** How it is painted. */
  readonly preset: ResolvedPreset;
}

/**
 * Paints each of some presets, and puts the pictures onto one sheet.
 *
 * @returns The bytes of the sheet.
 * @throws {UserError} if one of them cannot be painted.
 */
export async function variations(
  cells: readonly Variation[],
  options: SheetOptions & Omit<StyliseOptions, "write">,
): Promise<Uint8Array> {
  await using session = openSession();
  const painted = [];
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
    const { picture } = await session.stylise(preset, { ...options, write: false }).catch((error) => {
      throw error instanceof UserError && label !== "" && !options.signal?.aborted ? underLabel(label, error) : error;
    });
    painted.push({ label, picture: picture.raw() });
    if (options.signal?.aborted) break;
  }
  return await contactSheet(painted, options);
}

/** The error of a cell, with the cell's label. */
function underLabel(label: string, cause: UserError): UserError {
  const { message, hint, exitCode, code } = cause;
  return new UserError(`${label}: ${message}`, { hint, exitCode, code, cause });
}
