import { extname } from "node:path";
import { inputsOf } from "../../presets/inputs.ts";
import { loadPreset } from "../../presets/load.ts";
import { subjectOf } from "../../chain/link.ts";
import { keepInputs, outputPath } from "../../stages/encode.ts";
import { UserError } from "../../base/errors.ts";
import { withoutSecrets } from "../../base/addresses.ts";
import { checkWritable, writeAtomically } from "../../base/files.ts";
import { checkSheetEnding } from "../../studio/sheet.ts";
import { previewOf } from "../../studio/preview.ts";
import { type Variation, variations as paintVariations } from "../../studio/variations.ts";
import type { Call } from "../flags.ts";
import { interruptible } from "../interrupt.ts";
import { reporterFor } from "../progress.ts";

/** Paints every combination of some values, on one sheet. */
export async function variations(call: Call): Promise<number> {
  const name = call.words[0] ?? call.preset;
  if (!name) throw new UserError("No preset to vary", { hint: "write variations PRESET", exitCode: 2 });
  const axes = call.sets.map(axisOf);
  if (axes.length === 0) {
    throw new UserError("There is nothing to vary", {
      hint: "name values with --set, such as --set loss-build.styleWeight=1,4,16",
      exitCode: 2,
    });
  }
  const varying = axes.filter(({ length }) => length > 1);
  const shown = new Set((varying.length > 0 ? varying : axes).flat());
  const cells: Variation[] = [];
  for (const sets of product(axes)) {
    const overrides = call.layersWith(sets);
    const preset = await loadPreset(name, overrides);
    const sized = overrides.some(({ json }) => Object.hasOwn(json.decode ?? {}, "size"));
    cells.push({
      label: withoutSecrets(sets.filter((set) => shown.has(set)).map(shortened).join("  ")),
      preset: sized ? preset : previewOf(preset),
    });
  }
  const [{ preset }] = cells;
  const { name: photograph } = subjectOf(preset.chain, preset.name);
  const output = outputPath(outputIn(call) ?? "{preset}-variations.png", photograph, preset.name);
  await keepInputs(output, inputsOf(preset));
  const ending = extname(output).toLowerCase();
  checkSheetEnding(ending);
  await checkWritable(output);
  const reporter = reporterFor(call.on);
  return await interruptible(reporter, async (signal) => {
    const columns = varying.length > 1 ? varying.at(-1)!.length : Math.min(5, cells.length);
    const options = {
      columns,
      ending,
      onProgress: reporter.report,
      signal,
      keep: true,
      offline: call.on.has("offline"),
    };
    const sheet = await paintVariations(cells, options);
    if (signal.aborted) return;
    await writeAtomically(output, sheet);
    reporter.report({ kind: "picture", file: output });
  });
}

/** The file that --output names. */
function outputIn({ overrides }: Call): string | undefined {
  const [output] = overrides.map(({ json }) => (json.encode as { output?: string } | undefined)?.output).filter(
    Boolean,
  );
  return output;
}

/** `a.b=1,2` as `a.b=1` and `a.b=2`; commas inside brackets, braces and quotes part nothing. */
function axisOf(set: string): string[] {
  const at = set.indexOf("=");
  const values = set.slice(at + 1).match(/(\[[^\]]*\]|\{[^}]*\}|"[^"]*"|[^,])+/g) ?? [""];
  return values.map((value) => `${set.slice(0, at)}=${value}`);
}

function product(axes: readonly (readonly string[])[]): string[][] {
  return axes.reduce<string[][]>((rows, axis) => rows.flatMap((row) => axis.map((set) => [...row, set])), [[]]);
}

/** The last part of the path suffices beside a picture. */
function shortened(set: string): string {
  const at = set.indexOf("=");
  return set.slice(set.lastIndexOf(".", at) + 1);
}
