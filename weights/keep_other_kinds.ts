import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { UserError } from "../base/errors.ts";
import { sniff } from "../base/sniff.ts";
import { headOf } from "./open_any.ts";
import { isPainter } from "./painter_file.ts";
import { openSafetensors } from "./safetensors.ts";

/** What is written, as what a file there has to be already. */
const kinds = {
  "painter": async (location: URL) => {
    if (sniff(await headOf(location)) !== "safetensors") return false;
    await using file = await openSafetensors(location);
    return isPainter(file);
  },
  "model in ONNX": async (location: URL) => sniff(await headOf(location)) === "onnx",
} as const;

/**
 * Refuses to write a painter or a model over a file that is none, such as a photograph, unless it is empty.
 *
 * @param wayOut How another place is named.
 * @throws {UserError} if there is one.
 */
export async function keepOtherKinds(path: string, kind: keyof typeof kinds, wayOut: string): Promise<void> {
  const { size } = await Deno.stat(path).catch(() => ({ size: 0 }));
  if (size === 0 || await kinds[kind](pathToFileURL(resolve(path)))) return;
  throw new UserError(`Cannot write ${path}: there is a file that is no ${kind}`, {
    code: "unwritable",
    hint: `${wayOut}, or move it away`,
    exitCode: 2,
  });
}
