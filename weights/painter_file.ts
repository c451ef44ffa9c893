import { isObject } from "../base/json.ts";
import { UserError } from "../base/errors.ts";
import { display } from "../base/read.ts";
import { sameShape, type Shape } from "../graph/ops.ts";
import type { Tensor } from "../graph/tensor.ts";
import {
  kernelShapes,
  type Learnt,
  type Painter,
  painterArchitectures,
  type PainterRow,
  rowLength,
} from "../networks/painter.ts";
import { printable } from "./array_file.ts";
import { openSafetensors, type WeightsFile } from "./safetensors.ts";
import { writeSafetensors } from "./safetensors_writer.ts";

/** Version of the layout of a painter's file. */
const layout = "1";

/** The painter that ships. */
export const shippedPainter: URL = new URL("./painter.safetensors", import.meta.url);

/**
 * Reads a painter: a safetensors file of its kernels, of `rows` [styles, {@linkcode rowLength}], and of what each row
 * has learnt.
 *
 * @throws {UserError} if it cannot be read, or is no painter or a damaged one.
 */
export async function openPainter(location: URL): Promise<Painter> {
  await using file = await openSafetensors(location);
  const { metadata } = file;
  const architecture = painterArchitectures[metadata.architecture];
  if (metadata.painter !== layout || !architecture) {
    throw refused(location, "it is no painter that this version knows", "impasto train makes one");
  }
  const kernels = new Map<string, Tensor>();
  for (const [name, shape] of kernelShapes(architecture)) kernels.set(name, await arrayOf(file, name, shape));
  const notes = notesIn(metadata.rows);
  const length = rowLength(architecture);
  if (!notes || notes.length === 0) throw refused(location, "its rows are not described", "fetch or train it again");
  const { data } = await arrayOf(file, "rows", [notes.length, length]);
  const rows = notes.map((note, i) => ({ ...note, values: data.slice(i * length, (i + 1) * length) }));
  return { architecture, kernels, rows };
}

/**
 * Writes a painter in float16, in place: pass the path of a temporary file, and rename it.
 *
 * @param metadata Further texts for its header, such as its licence.
 */
export async function writePainter(
  path: string,
  { architecture, kernels, rows }: Painter,
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  const length = rowLength(architecture);
  const values = new Float32Array(rows.length * length);
  rows.forEach((row, i) => values.set(row.values, i * length));
  const arrays = { ...Object.fromEntries(kernels), rows: { shape: [rows.length, length], data: values } };
  const halves = Object.entries(arrays).map(([name, { shape, data }]) =>
    [name, { shape, data: new Float16Array(data) }] as const
  );
  await writeSafetensors(path, Object.fromEntries(halves), {
    ...metadata,
    painter: layout,
    architecture: architecture.name,
    rows: JSON.stringify(rows.map(({ values: _, ...note }) => note)),
  });
}

async function arrayOf(file: WeightsFile, name: string, shape: Shape): Promise<Tensor> {
  const held = file.shapes.get(name);
  if (!held || !sameShape(held, shape)) {
    const found = held ? `is [${held}]` : "is missing";
    throw refused(file.location, `its ${name} ${found}, and [${shape}] is needed`, "fetch or train it again");
  }
  const tensor = await file.tensor(name);
  if (tensor.data.every(Number.isFinite)) return tensor;
  throw refused(file.location, `its ${name} holds what is no number`, "fetch or train it again");
}

function notesIn(text: string | undefined): Omit<PainterRow, "values">[] | undefined {
  try {
    const notes: unknown = JSON.parse(text ?? "null");
    return Array.isArray(notes) && notes.every(isNote) ? notes : undefined;
  } catch {
    return undefined;
  }
}

function isNote(note: unknown): note is Omit<PainterRow, "values"> {
  return isObject(note) && typeof note.name === "string" && typeof note.styleScale === "number" &&
    Array.isArray(note.learnt) && note.learnt.every(isLearnt);
}

function isLearnt(learnt: unknown): learnt is Learnt {
  return isObject(learnt) && typeof learnt.painting === "string" && typeof learnt.weight === "number";
}

function refused(location: URL, reason: string, hint: string): UserError {
  return new UserError(`Cannot use ${display(location)} as a painter: ${printable(reason)}`, { hint });
}
