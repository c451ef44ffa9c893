import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { UserError } from "../base/errors.ts";
import type { ArrayFile } from "./array_file.ts";
import { openHdf5 } from "./readers/hdf5.ts";
import { openMatConvNet } from "./readers/matconvnet.ts";
import { openTfjs } from "./readers/tfjs.ts";
import { isLegacyTorch, openTorch } from "./readers/torch.ts";
import { openSafetensors } from "./safetensors.ts";
import { openSource } from "./source.ts";
import { display } from "../base/read.ts";

/** The supported formats. */
export const formats = {
  safetensors: { description: "safetensors", open: openSafetensors },
  mat: { description: "MATLAB level 5, as MatConvNet writes it", open: openMatConvNet },
  hdf5: { description: "HDF5, as Keras writes it", open: openHdf5 },
  tfjs: { description: "TensorFlow.js layers model", open: openTfjs },
  torch: { description: "PyTorch state dict", open: openTorch },
} as const satisfies Record<string, { description: string; open: (location: URL) => Promise<ArrayFile> }>;

/** Name of a supported format. */
export type Format = keyof typeof formats;

/** The format of a file by its first bytes; undefined if it has none that is supported. */
export function formatOf(head: Uint8Array): Format | undefined {
  const text = String.fromCharCode(...head);
  if (text.startsWith("\x89HDF\r\n\x1a\n")) return "hdf5";
  if (text.startsWith("MATLAB 5.0")) return "mat";
  if (text.startsWith("PK\x03\x04") || isLegacyTorch(head)) return "torch";
  if (/^\s*\{/.test(text)) return "tfjs";
  // After the eight bytes of its length, the header of safetensors is JSON.
  if (head.length > 8 && text[8] === "{") return "safetensors";
  return undefined;
}

/** An open weights file with its format. */
interface AnyFile extends ArrayFile {
  readonly format: Format;
  /** The file itself, also if a folder was named. */
  readonly location: URL;
}

/**
 * Opens a weights file of any supported format; its first bytes tell which one.
 *
 * @throws {UserError} if it cannot be read or has none of them.
 */
export async function openAny(location: URL): Promise<AnyFile> {
  const file = await fileOf(location);
  const head = await headOf(file);
  const format = formatOf(head);
  if (!format) {
    throw new UserError(`Cannot use ${display(file)} as weights: ${whatElse(head)}`, {
      hint: `one of these is needed: ${Object.values(formats).map(({ description }) => description).join("; ")}`,
    });
  }
  return { ...await formats[format].open(file), format, location: file };
}

/** The file at a location: a folder stands for the model.json in it. */
export async function fileOf(location: URL): Promise<URL> {
  if (location.protocol !== "file:") return location;
  const isFolder = await Deno.stat(location).then(({ isDirectory }) => isDirectory, () => false);
  return isFolder ? pathToFileURL(join(fileURLToPath(location), "model.json")) : location;
}

/** The first bytes of a file. */
export async function headOf(location: URL): Promise<Uint8Array> {
  await using source = await openSource(location);
  return await source.read(0, Math.min(source.size, 64));
}

function whatElse(head: Uint8Array): string {
  const text = String.fromCharCode(...head);
  if (head.length === 0) return "it is empty";
  if (/^\s*<(!doctype|html)/i.test(text)) return "it is a web page";
  if (text.startsWith("MATLAB 7.3")) return "it is a .mat file of version 7.3 (write it again with `-v7`)";
  return "it has no known format";
}
