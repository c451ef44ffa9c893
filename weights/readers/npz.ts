import { sizeOf } from "../../graph/mod.ts";
import { type ArrayFile, guarded, held } from "../array_file.ts";
import type { Tensor } from "../../graph/tensor.ts";
import { openSource } from "../source.ts";
import { type NumberType, NumberTypeError, numberTypes } from "./numbers.ts";
import { lastAxisFastest } from "./strides.ts";
import { type Archive, openZip } from "./zip.ts";

const ending = ".npy";
const magic = [0x93, ..."NUMPY"].map((char) => typeof char === "number" ? char : char.charCodeAt(0));

/** More than the header of any array of numbers has. */
const longestHeader = 4096;
const mostArrays = 10_000;

const storedTypes: Readonly<Record<string, NumberType>> = { "<f2": "f16", "<f4": "f32", "<f8": "f64" };

/** An array of the archive: its shape and order, and the byte at which its numbers begin. */
interface Entry {
  readonly shape: readonly number[];
  readonly descr: string;
  readonly fortran: boolean;
  readonly start: number;
}

/** Whether a file of an archive is an array of NumPy. */
export function isArrayEntry(name: string): boolean {
  return name.endsWith(ending);
}

/** Whether a file's first bytes are those of a single array of NumPy. */
export function isNpy(head: Uint8Array): boolean {
  return magic.every((byte, i) => head[i] === byte);
}

/**
 * Opens an archive of arrays that NumPy wrote. They are named as there, `conv1_1_W`.
 *
 * @throws {UserError} if it cannot be read or is no such file.
 */
export function openNpz(location: URL): Promise<ArrayFile> {
  return guarded(location, "an .npz file of floating-point numbers that np.savez wrote is needed", async () => {
    const source = await openSource(location);
    try {
      const archive = await openZip(source);
      const names = archive.names.filter(isArrayEntry);
      if (names.length > mostArrays) throw new RangeError("it holds too many arrays to be a network");
      const entries = new Map<string, Entry>();
      for (const name of names) entries.set(name.slice(0, -ending.length), await headerOf(archive, name));
      return {
        shapes: new Map([...entries].map(([name, { shape }]) => [name, shape])),
        metadata: {},
        tensor: (name) => readArray(archive, name, held(entries, name)),
        [Symbol.asyncDispose]: () => source[Symbol.asyncDispose](),
      };
    } catch (error) {
      await source[Symbol.asyncDispose]();
      throw error;
    }
  });
}

/** The header is a dictionary as Python writes it, after the magic number, the version and its length. */
async function headerOf(archive: Archive, name: string): Promise<Entry> {
  const bytes = await archive.read(name, { first: longestHeader });
  if (!isNpy(bytes) || bytes.length < 12) throw new RangeError(`its ${name} is no array of NumPy`);
  const view = new DataView(bytes.buffer);
  const long = bytes[6] > 1;
  const from = long ? 12 : 10;
  const start = from + (long ? view.getUint32(8, true) : view.getUint16(8, true));
  const header = new TextDecoder("latin1").decode(bytes.subarray(from, start));
  const [, descr] = /'descr': *'([^']*)'/.exec(header) ?? [];
  const [, order] = /'fortran_order': *(True|False)/.exec(header) ?? [];
  const [, sides] = /'shape': *\(([\d, ]*)\)/.exec(header) ?? [];
  if (start > bytes.length || descr === undefined || order === undefined || sides === undefined) {
    throw new RangeError(`its ${name} has no proper header`);
  }
  const shape = sides.split(",").map((side) => side.trim()).filter((side) => side !== "").map(Number);
  if (!Number.isSafeInteger(sizeOf(shape))) throw new RangeError(`its ${name} has the shape [${shape}]`);
  return { shape, descr, fortran: order === "True", start };
}

async function readArray(archive: Archive, name: string, { shape, descr, fortran, start }: Entry): Promise<Tensor> {
  const type = Object.hasOwn(storedTypes, descr) ? numberTypes[storedTypes[descr]] : undefined;
  if (!type) throw new NumberTypeError(name, descr, Object.keys(storedTypes));
  const end = start + sizeOf(shape) * type.bytes;
  const bytes = await archive.read(name + ending, { summed: true });
  if (bytes.length !== end) throw new RangeError(`"${name}" has ${bytes.length} bytes where it needs ${end}`);
  const data = type.read(bytes.buffer.slice(start));
  return fortran ? lastAxisFastest(shape, data) : { shape, data };
}
