import { dirname, extname } from "node:path";
import { inputsOf } from "../../presets/inputs.ts";
import { loadPreset } from "../../presets/load.ts";
import { subjectOf } from "../../chain/link.ts";
import { keepInputs, outputPath } from "../../stages/encode.ts";
import { foreignMasks } from "../../session/foreign_masks.ts";
import { freePath } from "../../session/numbered.ts";
import { manyAt } from "../../session/photograph.ts";
import { UserError } from "../../base/errors.ts";
import { checkWritable, inFolder, writeAtomically } from "../../base/files.ts";
import { checkSheetEnding } from "../../studio/sheet.ts";
import { previewOf } from "../../studio/preview.ts";
import { type Variation, variations as paintVariations } from "../../studio/variations.ts";
import { axesOf, presetsOf, product } from "../axes.ts";
import type { Call } from "../call.ts";
import { complain } from "../complaint.ts";
import { idleFlags } from "../idle_flags.ts";
import { interruptible } from "../interrupt.ts";
import { reporterFor } from "../progress.ts";

/** Paints every combination of some values, or of some presets, on one sheet. */
export async function variations(call: Call): Promise<number> {
  const names = await presetsOf(call);
  if (names.length === 0) throw new UserError("No preset to vary", { hint: "write variations PRESET", exitCode: 2 });
  const [photo, ...others] = call.contents;
  if (others.length > 0 || photo && await manyAt(photo)) {
    throw new UserError("A sheet of variations shows one photograph", {
      hint: "name one with --content; --preview shows many by one preset",
      exitCode: 2,
    });
  }
  const axes = await axesOf(call);
  const varying = axes.filter(({ length }) => length > 1);
  if (varying.length === 0 && names.length === 1 && call.sets.length === 0) {
    throw new UserError("There is nothing to vary", {
      hint: "name several values, as --style-weight 1,4,16 or --set decode.styleScale=0.5,1, or several presets",
      exitCode: 2,
    });
  }
  // What does not vary needs no words, unless there is nothing else to say.
  const shown = varying.length > 0 || names.length > 1 ? varying : axes;
  const cells: Variation[] = [];
  const warnings = new Set<string>();
  for (const name of names) {
    for (const choices of product(axes)) {
      const texts = Object.assign({ ...call.texts }, ...choices.map(({ texts }) => texts ?? {}));
      const overrides = call.layersWith(choices.flatMap(({ set }) => set ?? []), texts);
      const preset = await loadPreset(name, overrides);
      for (const warning of [await foreignMasks(name, preset, overrides), idleFlags(call, preset, "variations")]) {
        if (warning) warnings.add(warning);
      }
      const sized = overrides.some(({ json }) => Object.hasOwn(json.decode ?? {}, "size"));
      const words = choices.filter((choice) => shown.some((axis) => axis.includes(choice))).map(({ label }) => label);
      cells.push({
        label: [...names.length > 1 ? [preset.name] : [], ...words].join("  "),
        preset: sized ? preset : previewOf(preset),
      });
    }
  }
  const [{ preset }] = cells;
  const { name: photograph } = subjectOf(preset.chain, preset.name);
  const file = fileIn(call);
  const [named, byDefault] = names.length > 1
    ? ["presets", "{name}-presets.png"]
    : [preset.name, "{preset}-variations.png"];
  const asked = outputPath(file.output ?? byDefault, photograph, named);
  for (const { preset } of cells) await keepInputs(asked, inputsOf(preset));
  const output = call.on.has("overwrite") ? asked : await freePath(asked);
  const ending = extname(output).toLowerCase();
  checkSheetEnding(ending);
  const reporter = reporterFor(call.on);
  return await inFolder(dirname(output), async () => {
    await checkWritable(output);
    return await interruptible(reporter, async (signal) => {
      for (const message of warnings) reporter.report({ kind: "warning", message });
      const lengths = [...names.length > 1 ? [names.length] : [], ...varying.map(({ length }) => length)];
      const columns = lengths.length > 1 ? lengths.at(-1)! : Math.min(5, cells.length);
      const failed: UserError[] = [];
      const options = {
        columns,
        ending,
        quality: file.quality || undefined,
        onProgress: reporter.report,
        signal,
        keep: true,
        offline: call.on.has("offline"),
        onFailure(error: UserError) {
          failed.push(error);
          reporter.report({ kind: "warning", message: `${error.message}; its place stays empty` });
        },
      };
      const sheet = await paintVariations(cells, options);
      if (signal.aborted) return;
      await writeAtomically(output, sheet);
      reporter.report({ kind: "picture", file: output });
      for (const error of failed) complain(error);
      return failed.length > 0 ? 1 : 0;
    });
  });
}

/** What the flags say of the file. */
function fileIn({ overrides }: Call): { readonly output?: string; readonly quality?: number } {
  return Object.assign({}, ...overrides.map(({ json }) => json.encode ?? {}));
}
