import { isObject } from "../base/json.ts";
import { messageOf, UserError } from "../base/errors.ts";
import { display } from "../base/read.ts";
import { sameShape, type Shape } from "../graph/ops.ts";
import type { Tensor } from "../graph/tensor.ts";
import { checkedPainter } from "../networks/check_painter.ts";
import type { ForeignPainter } from "../networks/foreign_painter.ts";
import {
  kernelShapes,
  type Learnt,
  type Painter,
  type PainterArchitecture,
  painterArchitectures,
  type PainterRow,
  rowLength,
} from "../networks/painter.ts";
import { printable } from "./array_file.ts";
import { foreignPainter, onnxHint } from "./onnx_painter.ts";
import { openSafetensors, type WeightsFile } from "./safetensors.ts";
import { writeSafetensors } from "./safetensors_writer.ts";

/** Version of the layout of a painter's file. */
const layout = "1";

/** What stands for an architecture where the file holds a model in ONNX. */
const foreign = "onnx";

/** The most styles of a painter, and bytes of what is written about them. */
const [mostRows, mostNotes] = [1000, 1e6];

/** The painter that ships. */
export const shippedPainter: URL = new URL("./painter.safetensors", import.meta.url);

/**
 * Reads a painter: a safetensors file of its kernels, of `rows` [styles, {@linkcode rowLength}], and of what each row
 * has learnt.
 *
 * @throws {UserError} if it cannot be read, is no painter or a damaged one, or holds a network of someone else's.
 */
export async function openPainter(location: URL): Promise<Painter> {
  const painter = await openPainterFile(location);
  if ("architecture" in painter) return painter;
  throw refused(location, "it holds a network in ONNX, which has no styles to learn", "name one that train has made");
}

/**
 * Reads the file of a painter, or of a network of someone else's.
 *
 * @throws {UserError} if it cannot be read, or is neither or a damaged one.
 */
export async function openPainterFile(location: URL): Promise<Painter | ForeignPainter> {
  await using file = await openSafetensors(location).catch((error) => {
    throw asPainter(location, error, again);
  });
  const { metadata } = file;
  if (metadata.painter !== layout) {
    throw refused(location, "it is no painter that this version knows", "impasto train makes one");
  }
  if (metadata.architecture === foreign) return await foreignIn(file);
  const architecture = architectureIn(location, metadata.architecture);
  const kernels = new Map<string, Tensor>();
  for (const [name, shape] of kernelShapes(architecture)) kernels.set(name, await arrayOf(file, name, shape));
  const notes = notesIn(metadata.rows);
  const length = rowLength(architecture);
  if (!notes) throw refused(location, "its rows are not described", again);
  const { data } = await arrayOf(file, "rows", [notes.length, length]);
  const rows = notes.map((note, i) => ({ ...note, values: data.slice(i * length, (i + 1) * length) }));
  return { architecture, kernels, rows };
}

/** Whether a file is laid out as a painter. */
export function isPainter({ metadata }: Pick<WeightsFile, "metadata">): boolean {
  return metadata.painter !== undefined;
}

/**
 * Whether a safetensors file is that of a painter.
 *
 * @throws {UserError} if it cannot be read.
 */
export async function isPainterFile(location: URL): Promise<boolean> {
  await using file = await openSafetensors(location);
  return isPainter(file);
}

/**
 * Writes a painter, in place: pass the path of a temporary file, and rename it.
 *
 * @param metadata Further texts for its header, such as its licence.
 * @param options `exact` keeps float32, for numbers that others have trained; they become float16 else.
 */
export async function writePainter(
  path: string,
  { architecture, kernels, rows }: Painter,
  metadata: Readonly<Record<string, string>> = {},
  { exact = false }: { readonly exact?: boolean } = {},
): Promise<void> {
  const length = rowLength(architecture);
  const values = new Float32Array(rows.length * length);
  rows.forEach((row, i) => values.set(row.values, i * length));
  const arrays = { ...Object.fromEntries(kernels), rows: { shape: [rows.length, length], data: values } };
  const stored = Object.entries(arrays).map(([name, { shape, data }]) =>
    [name, { shape, data: exact ? data : new Float16Array(data) }] as const
  );
  const known = painterArchitectures[architecture.name] === architecture;
  await writeSafetensors(path, Object.fromEntries(stored), {
    ...metadata,
    painter: layout,
    architecture: known ? architecture.name : JSON.stringify(architecture),
    rows: JSON.stringify(rows.map(({ values: _, ...note }) => note)),
  });
}

/** Writes a network of someone else's as the file of a painter, in place as {@linkcode writePainter} does. */
export async function writeForeignPainter(
  path: string,
  { name, model: { bytes }, levels }: ForeignPainter,
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  await writeSafetensors(path, { model: { shape: [bytes.length], data: bytes } }, {
    ...metadata,
    painter: layout,
    architecture: foreign,
    name,
    ...levels && { levels: String(levels) },
  });
}

async function foreignIn(file: WeightsFile): Promise<ForeignPainter> {
  const { name = "", levels } = file.metadata;
  try {
    const known = levels === "1" ? 1 : levels === "255" ? 255 : undefined;
    return foreignPainter(await file.bytes("model"), printable(name), known);
  } catch (error) {
    throw error instanceof RangeError ? refused(file.location, error.message, onnxHint) : error;
  }
}

function architectureIn(location: URL, text = ""): PainterArchitecture {
  if (Object.hasOwn(painterArchitectures, text)) return painterArchitectures[text];
  if (!text.startsWith("{")) {
    throw refused(location, `this version does not know its architecture "${text}"`, "impasto train makes one");
  }
  try {
    return checkedPainter(JSON.parse(text));
  } catch (error) {
    throw refused(location, messageOf(error), again);
  }
}

const again = "fetch, import or train it again";

async function arrayOf(file: WeightsFile, name: string, shape: Shape): Promise<Tensor> {
  const held = file.shapes.get(name);
  if (!held || !sameShape(held, shape)) {
    const found = held ? `is [${held}]` : "is missing";
    throw refused(file.location, `its ${name} ${found}, and [${shape}] is needed`, again);
  }
  const tensor = await file.tensor(name);
  if (tensor.data.every(Number.isFinite)) return tensor;
  throw refused(file.location, `its ${name} holds what is no number`, again);
}

function notesIn(text: string | undefined): Omit<PainterRow, "values">[] | undefined {
  try {
    const notes: unknown = text === undefined || text.length > mostNotes ? undefined : JSON.parse(text);
    const sound = Array.isArray(notes) && notes.length > 0 && notes.length <= mostRows && notes.every(isNote);
    return sound ? notes : undefined;
  } catch {
    return undefined;
  }
}

function isNote(note: unknown): note is Omit<PainterRow, "values"> {
  return isObject(note) && typeof note.name === "string" && note.name === printable(note.name) &&
    Number.isFinite(note.styleScale) && Number(note.styleScale) > 0 && Array.isArray(note.learnt) &&
    note.learnt.every(isLearnt);
}

function isLearnt(learnt: unknown): learnt is Learnt {
  return isObject(learnt) && typeof learnt.painting === "string" && Number.isFinite(learnt.weight);
}

/** What is said of weights that cannot be used, said of a painter. */
export function asPainter(location: URL, error: unknown, hint: string): unknown {
  const [, reason] = error instanceof UserError && /^Cannot use .* as weights: (.*)$/s.exec(error.message) || [];
  return reason === undefined ? error : refused(location, reason, hint);
}

/** The error for what cannot be used as a painter. */
export function refused(location: URL, reason: string, hint: string): UserError {
  return new UserError(`Cannot use ${display(location)} as a painter: ${printable(reason)}`, {
    hint,
    code: "weights-unusable",
  });
}
