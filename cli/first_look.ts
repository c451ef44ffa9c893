import { basename, dirname, extname } from "node:path";
import { UserError } from "../base/errors.ts";
import { inFolder, writeAtomically } from "../base/files.ts";
import { optionsOf, type ResolvedPreset } from "../presets/preset.ts";
import { plansFor } from "../session/folder_plans.ts";
import { freePath } from "../session/numbered.ts";
import { encode, outputPath } from "../stages/encode.ts";
import { firstLook } from "../studio/first_look.ts";
import type { Variation } from "../studio/variations.ts";
import type { Call } from "./call.ts";
import type { Reporter } from "./progress.ts";

/**
 * Writes one sheet of what the photographs of a run will look like, as a painter paints them at once:
 * `PRESET-preview.png` in the folder of the pictures. What an earlier run has painted is left out.
 */
export async function writeFirstLook(
  preset: ResolvedPreset,
  contents: readonly string[],
  { on }: Call,
  { report, signal }: Pick<Reporter, "report"> & { readonly signal: AbortSignal },
): Promise<void> {
  const plans = await plansFor(preset, contents, {});
  const cells = plans.filter(({ fault, finished }) => !fault && !finished)
    .map(({ content, preset }): Variation => ({ label: basename(content, extname(content)), preset }));
  if (cells.length === 0) return;
  const sheet = await firstLook(cells, { signal, offline: on.has("offline") }).catch((error) => {
    if (!(error instanceof UserError)) throw error;
    report({ kind: "note", message: `there is no preview: ${error.message}` });
  });
  if (!sheet) return;
  const { output } = optionsOf(preset, encode)!;
  const folder = dirname(outputPath(output, "", preset.name));
  const asked = `${folder}/${preset.name}-preview.png`;
  const file = on.has("overwrite") ? asked : await freePath(asked);
  await inFolder(folder, () => writeAtomically(file, sheet));
  report({ kind: "note", message: `preview: ${file}` });
}
