import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { isObject } from "../base/json.ts";
import { UserError } from "../base/errors.ts";
import type { ArrayFile } from "./array_file.ts";
import { openHdf5 } from "./readers/hdf5.ts";
import { readJsonFile } from "./readers/json_file.ts";
import { kerasEntry, openKeras } from "./readers/keras.ts";
import { openMatConvNet } from "./readers/matconvnet.ts";
import { isArrayEntry, openNpz } from "./readers/npz.ts";
import { openSharded } from "./readers/sharded.ts";
import { openTfjs } from "./readers/tfjs.ts";
import { isLegacyTorch, isTorchEntry, openTorch } from "./readers/torch.ts";
import { isZip, openZip } from "./readers/zip.ts";
import { openSafetensors } from "./safetensors.ts";
import { openSource } from "./source.ts";
import { display } from "../base/read.ts";
import { sniff, sniffed } from "../base/sniff.ts";
import { strangerOf } from "./stranger.ts";

/** The supported formats. */
export const formats = {
  safetensors: { description: "safetensors", open: openSafetensors },
  mat: { description: "MATLAB level 5, as MatConvNet writes it", open: openMatConvNet },
  hdf5: { description: "HDF5, as Keras writes it", open: openHdf5 },
  keras: { description: "a .keras model", open: openKeras },
  tfjs: { description: "TensorFlow.js layers model", open: openTfjs },
  torch: { description: "PyTorch state dict", open: openTorch },
  npz: { description: "NumPy's .npz", open: openNpz },
  sharded: {
    description: "an index of shards",
    open: async (location: URL) => await openSharded(location, await readJsonFile(location), openShard),
  },
} as const satisfies Record<string, { description: string; open: (location: URL) => Promise<ArrayFile> }>;

/** Name of a supported format. */
export type Format = keyof typeof formats;

/** The format of a file by its first bytes and, if these begin an archive or JSON, by what that holds. */
export async function formatOf(location: URL, head: Uint8Array): Promise<Format | undefined> {
  const kind = sniff(head);
  if (kind === "hdf5" || kind === "mat" || kind === "safetensors") return kind;
  if (isLegacyTorch(head)) return "torch";
  if (isZip(head)) return await formatOfArchive(location);
  return kind === "json" ? await formatOfJson(location) : undefined;
}

/** The format of an archive; one that cannot be opened is left to the reader of PyTorch, which says why. */
async function formatOfArchive(location: URL): Promise<Format | undefined> {
  await using source = await openSource(location);
  const names = await openZip(source).then(({ names }) => names, () => undefined);
  if (!names || names.some(isTorchEntry)) return "torch";
  if (names.includes(kerasEntry)) return "keras";
  return names.some(isArrayEntry) ? "npz" : undefined;
}

/** The format of JSON; what is none is left to the reader of models, which says why. */
async function formatOfJson(location: URL): Promise<Format> {
  const json = await readJsonFile(location).catch(() => undefined);
  return isObject(json) && "weight_map" in json ? "sharded" : "tfjs";
}

/** Opens a shard: a file of arrays, and no list of others. */
async function openShard(location: URL): Promise<ArrayFile> {
  const head = await headOf(location);
  const format = await formatOf(location, head);
  if (!format) throw unusable(location, head);
  if (format === "safetensors" || format === "torch") return await formats[format].open(location);
  throw new RangeError(`its shard ${display(location)} is neither safetensors nor of PyTorch`);
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
  const format = await formatOf(file, head);
  if (!format) throw unusable(file, head);
  return { ...await formats[format].open(file), format, location: file };
}

/** The error for a file of no supported format: what it is, and what to do. */
export function unusable(file: URL, head: Uint8Array): UserError {
  const { what, hint } = strangerOf(head);
  const needed = Object.values(formats).map(({ description }) => description).join("; ");
  return new UserError(`Cannot use ${display(file)} as weights: ${what}`, {
    code: "weights-unusable",
    hint: hint ?? `one of these is needed: ${needed}`,
  });
}

/** The file at a location: a folder stands for the model.json in it, or for the index of its shards. */
export async function fileOf(location: URL): Promise<URL> {
  if (location.protocol !== "file:") return location;
  const isFolder = await Deno.stat(location).then(({ isDirectory }) => isDirectory, () => false);
  if (!isFolder) return location;
  const folder = fileURLToPath(location);
  const names = await Array.fromAsync(Deno.readDir(folder), ({ name }) => name).catch((): string[] => []);
  const index = names.sort().find((name) => name.endsWith(".index.json"));
  return pathToFileURL(join(folder, names.includes("model.json") ? "model.json" : index ?? "model.json"));
}

/** The first bytes of a file. */
export async function headOf(location: URL): Promise<Uint8Array> {
  await using source = await openSource(location);
  return await source.read(0, Math.min(source.size, sniffed));
}
