import { basename, join } from "node:path";
import { isObject, type Json } from "../../../base/json.ts";
import { UserError } from "../../../base/errors.ts";
import { writeAtomically } from "../../../base/files.ts";
import { freePath } from "../../../session/numbered.ts";
import { previewOf } from "../../../studio/preview.ts";
import { type Variation, variations } from "../../../studio/variations.ts";
import { withValue } from "../document.ts";
import { headerOf } from "../pictures.ts";
import type { JobKind } from "./kind.ts";
import { sound } from "./resolved.ts";

/** The most pictures of a sheet. */
const most = 24;

/** A control with the values that a sheet shows. */
interface Axis {
  readonly path: string;
  readonly values: readonly unknown[];
}

/** Paints one sheet of several values of one control, or of two. */
export const sheet: JobKind = {
  label: (asked) => `A sheet of ${axesIn(asked).map(({ path }) => nameOf(path)).join(" and ")}`,
  async run(asked, { document, resolving, versions, folder, signal, progress, remark }) {
    const axes = axesIn(asked);
    const cells: Variation[] = [];
    for (const choice of product(axes)) {
      const varied = choice.reduce((json, { path, value }) => withValue(json, path.split("."), value), document);
      const label = choice.map(({ path, value }) => `${nameOf(path)} ${shown(value)}`).join("  ");
      cells.push({ label, preset: previewOf(sound(await resolving.resolve(varied))) });
    }
    let done = 0;
    const missing: string[] = [];
    const bytes = await variations(cells, {
      columns: axes.length > 1 ? axes[1].values.length : Math.min(5, cells.length),
      signal,
      offline: true,
      onFailure: ({ message }) => missing.push(message),
      onProgress(event) {
        if (event.kind === "photograph") done = event.index;
        if (event.kind !== "step") return;
        const { step, steps, width, height, value, secondsLeft } = event;
        progress({ scale: done, scales: cells.length, step, steps, width, height, value, secondsLeft });
      },
    });
    if (missing.length > 0) remark(`done, without ${missing.join("; ")}`);
    const [{ preset }] = cells;
    const path = await freePath(join(folder, `${preset.name}-variations.png`));
    await writeAtomically(path, bytes);
    const { width, height } = await headerOf(path);
    const file = basename(path);
    return versions.add({ file, kind: "sheet", width, height, preset: preset.name, unfinished: false, document }).id;
  },
};

function axesIn({ axes }: Json): Axis[] {
  const found = (Array.isArray(axes) ? axes : []).filter((axis): axis is Json => isObject(axis)).map((axis) => ({
    path: String(axis.path),
    values: Array.isArray(axis.values) ? axis.values : [],
  }));
  const count = found.reduce((product, { values }) => product * values.length, 1);
  if (found.length >= 1 && found.length <= 2 && count >= 2 && count <= most) return found;
  throw new UserError(`A sheet shows 2 to ${most} pictures of one control, or of two`, { hint: "name its values" });
}

function product(axes: readonly Axis[]): { readonly path: string; readonly value: unknown }[][] {
  return axes.reduce<{ path: string; value: unknown }[][]>(
    (rows, { path, values }) => rows.flatMap((row) => values.map((value) => [...row, { path, value }])),
    [[]],
  );
}

/** The last key of a path in words. */
function nameOf(path: string): string {
  const key = path === "extends" ? "preset" : path.split(".").at(-1)!;
  return key.replaceAll(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
}

function shown(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
