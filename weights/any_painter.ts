import { basename, extname } from "node:path";
import { decoded, display } from "../base/read.ts";
import { sniff } from "../base/sniff.ts";
import { UserError } from "../base/errors.ts";
import type { ForeignPainter } from "../networks/foreign_painter.ts";
import type { Painter } from "../networks/painter.ts";
import { printable } from "./array_file.ts";
import { foreignPainter, onnxHint } from "./onnx_painter.ts";
import { formatOf, headOf } from "./open_any.ts";
import { asPainter, isPainterFile, openPainterFile, refused } from "./painter_file.ts";
import { openTorch } from "./readers/torch.ts";
import { openSource } from "./source.ts";
import { findStored } from "./store.ts";
import { strangerOf } from "./stranger.ts";
import { fastNeuralStylePainter, isFastNeuralStyle } from "./torch_painter.ts";

/** A painter, or a network of someone else's that paints. */
export type AnyPainter = Painter | ForeignPainter;

/** The most bytes of a network in ONNX. */
const mostBytes = 1e9;

const painterHint = "a painter is needed: a file of impasto train, a network in ONNX, or one of fast_neural_style";

/**
 * Opens a painter of any kind: a file of our own, a network in ONNX, a state dict of fast_neural_style, or what was
 * imported as `stored:NAME`.
 *
 * @param name The name of the one style of someone else's network; that of the file unless given.
 * @throws {UserError} if it cannot be read, or is none of these.
 */
export async function openAnyPainter(location: URL, name = nameOf(location)): Promise<AnyPainter> {
  const file = await fileOfPainter(location);
  const head = await headOf(file);
  const kind = sniff(head);
  if (kind === "safetensors") return await openPainterFile(file);
  try {
    if (kind === "onnx") return foreignPainter(await bytesOf(file), name);
    if (await formatOf(file, head) === "torch") {
      await using arrays = await openTorch(file);
      if (isFastNeuralStyle(arrays)) return await fastNeuralStylePainter(arrays, name);
      throw new RangeError("it is a state dict, but not that of a network of fast_neural_style");
    }
  } catch (error) {
    if (error instanceof RangeError) throw refused(file, error.message, kind === "onnx" ? onnxHint : painterHint);
    throw asPainter(file, error, painterHint);
  }
  const { what, hint } = strangerOf(head);
  throw refused(file, what, kind === undefined || kind === "text" ? painterHint : hint ?? painterHint);
}

/**
 * As {@linkcode openAnyPainter}, for a training to start from.
 *
 * @throws {UserError} likewise, and if it is a network in ONNX.
 */
export async function openLearner(location: URL): Promise<Painter> {
  const painter = await openAnyPainter(location);
  if ("architecture" in painter) return painter;
  throw refused(location, "it is a network in ONNX, which cannot learn", "name one that train has made");
}

/** Whether a file is a network that paints, rather than weights of one that looks at pictures. One that cannot be read is none. */
export async function isAnyPainter(location: URL): Promise<boolean> {
  try {
    const head = await headOf(location);
    const kind = sniff(head);
    if (kind === "onnx") return true;
    if (kind === "safetensors") return await isPainterFile(location);
    if (await formatOf(location, head) !== "torch") return false;
    await using arrays = await openTorch(location);
    return isFastNeuralStyle(arrays);
  } catch (error) {
    if (error instanceof UserError) return false;
    throw error;
  }
}

/**
 * Where the file of a painter lies.
 *
 * @throws {UserError} if nothing is stored under its name.
 */
export async function fileOfPainter(location: URL): Promise<URL> {
  return location.protocol === "stored:" ? await storedPainter(decoded(location.pathname)) : location;
}

async function storedPainter(name: string): Promise<URL> {
  // A name that no painter can have is one that is missing.
  const location = await findStored(name).catch(() => undefined);
  if (location) return location;
  throw new UserError(`There is no painter stored as ${printable(name)}`, {
    hint: `bring one: weights import FILE --name ${printable(name)}`,
    code: "weights-missing",
  });
}

/** The name that a network gets from its file. */
export function nameOf(location: URL): string {
  const file = basename(decoded(location.pathname));
  return printable(file.slice(0, file.length - extname(file).length)).slice(0, 100) || display(location);
}

async function bytesOf(location: URL): Promise<Uint8Array<ArrayBuffer>> {
  await using source = await openSource(location);
  if (source.size > mostBytes) throw new RangeError(`it has ${source.size} bytes`);
  return await source.read(0, source.size);
}
