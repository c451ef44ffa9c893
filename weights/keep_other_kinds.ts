import { extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { UserError } from "../base/errors.ts";
import { checkWritable } from "../base/files.ts";
import { sniff } from "../base/sniff.ts";
import { endings } from "../pictures/write_picture.ts";
import { headOf } from "./open_any.ts";
import { isPainterFile } from "./painter_file.ts";

/** What is written, as what a file there has to be already. */
const kinds = {
  "painter": async (location: URL) => sniff(await headOf(location)) === "safetensors" && await isPainterFile(location),
  "model in ONNX": async (location: URL) => sniff(await headOf(location)) === "onnx",
} as const;

/**
 * Refuses to write a painter or a model under a picture's name, or over a file that is none, unless it is empty.
 *
 * @param wayOut How another place is named.
 * @throws {UserError} if the place is such.
 */
export async function keepOtherKinds(path: string, kind: keyof typeof kinds, wayOut: string): Promise<void> {
  const ending = extname(path).toLowerCase();
  if (endings.includes(ending)) {
    throw new UserError(`Cannot write a ${kind} to ${path}: ${ending} is the ending of a picture`, {
      code: "unwritable",
      hint: wayOut,
      exitCode: 2,
    });
  }
  const { size, isFile } = await Deno.stat(path).catch(() => ({ size: 0, isFile: true }));
  if (!isFile) await checkWritable(path, wayOut);
  if (size === 0 || await kinds[kind](pathToFileURL(resolve(path)))) return;
  throw new UserError(`Cannot write ${path}: there is a file that is no ${kind}`, {
    code: "unwritable",
    hint: `${wayOut}, or move it away`,
    exitCode: 2,
  });
}
