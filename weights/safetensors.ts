import { isObject } from "../base/json.ts";
import { sizeOf } from "../graph/mod.ts";
import { type ArrayFile, damaged, held } from "./array_file.ts";
import type { Tensor } from "../graph/tensor.ts";
import { isCounts, NumberTypeError, numberTypes } from "./readers/numbers.ts";
import { type ByteSource, openSource } from "./source.ts";

/** An open safetensors file. */
export interface WeightsFile extends ArrayFile {
  readonly location: URL;
  /** The byte at which its numbers begin. */
  readonly start: number;
  /** The bytes of an array as they are. */
  bytes(name: string): Promise<Uint8Array<ArrayBuffer>>;
}

/** The supported element types. */
const elementTypes = {
  F32: numberTypes.f32,
  F16: numberTypes.f16,
  BF16: numberTypes.bf16,
  F64: numberTypes.f64,
} as const;

/** Most bytes of a header: JSON of a few kilobytes as a rule. The format allows 100 MB, a gigabyte once parsed. */
const longestHeader = 10e6;

interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly start: number;
  readonly length: number;
}

/**
 * Opens a safetensors file with F32, F16, BF16 or F64 arrays. Lengths, offsets and shapes are checked before anything is
 * allocated.
 *
 * @param location A `file:`, `http:` or `https:` URL.
 * @throws {UserError} if it cannot be read or is not such a file.
 */
export async function openSafetensors(location: URL): Promise<WeightsFile> {
  const source = await openSource(location);
  try {
    const { entries, metadata, start } = await readHeader(source);
    return {
      location,
      start,
      metadata,
      shapes: new Map([...entries].map(([name, { shape }]) => [name, shape])),
      bytes: async (name) => {
        try {
          const { start, length } = held(entries, name);
          return await source.read(start, length);
        } catch (error) {
          throw faulty(location, error);
        }
      },
      tensor: (name) =>
        readTensor(source, name, entries).catch((error) => {
          throw faulty(location, error);
        }),
      [Symbol.asyncDispose]: () => source[Symbol.asyncDispose](),
    };
  } catch (error) {
    await source[Symbol.asyncDispose]();
    throw faulty(location, error);
  }
}

async function readTensor(source: ByteSource, name: string, entries: ReadonlyMap<string, Entry>): Promise<Tensor> {
  const entry = held(entries, name);
  if (!isReadable(entry.dtype)) {
    throw new NumberTypeError(name, entry.dtype, Object.keys(elementTypes));
  }
  const bytes = await source.read(entry.start, entry.length);
  return { shape: entry.shape, data: elementTypes[entry.dtype].read(bytes.buffer) };
}

async function readHeader(source: ByteSource) {
  if (source.size < 8) throw new RangeError(`it has ${source.size} bytes`);
  const headerLength = Number(new DataView((await source.read(0, 8)).buffer).getBigUint64(0, true));
  if (headerLength > Math.min(longestHeader, source.size - 8)) {
    throw new RangeError("it is no safetensors file, or it is cut short");
  }
  const header = jsonOf(await source.read(8, headerLength));
  if (!isObject(header)) throw new RangeError("its header is not an object");
  const { __metadata__: metadata, ...arrays } = header;
  const entries = Object.entries(arrays).map(([name, entry]) =>
    [name, readEntry(name, entry, 8 + headerLength, source.size)] as const
  );
  return { entries: new Map(entries), metadata: textsIn(metadata), start: 8 + headerLength };
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    // What the parser says quotes the damage, which may hold line breaks.
    throw new RangeError("its header is damaged: it is not JSON");
  }
}

/** The texts of the metadata by key; the format allows no other values. */
function textsIn(metadata: unknown): Readonly<Record<string, string>> {
  const texts = Object.entries(isObject(metadata) ? metadata : {}).filter(([, value]) => typeof value === "string");
  return Object.fromEntries(texts) as Record<string, string>;
}

function readEntry(name: string, entry: unknown, base: number, fileSize: number): Entry {
  const { dtype, shape, data_offsets: offsets } = isObject(entry) ? entry : {};
  if (typeof dtype !== "string" || !isCounts(shape) || !isCounts(offsets) || offsets.length !== 2) {
    throw new RangeError(`"${name}" has no proper type, shape and offsets`);
  }
  const [start, end] = offsets;
  const length = end - start;
  const needed = isReadable(dtype) ? sizeOf(shape) * elementTypes[dtype].bytes : length;
  if (length !== needed) throw new RangeError(`"${name}" has ${length} bytes where its shape needs ${needed}`);
  if (length < 0 || base + end > fileSize) {
    throw new RangeError(`"${name}" ends at byte ${base + end} of ${fileSize}: the file is cut short`);
  }
  return { dtype, shape, start: base + start, length };
}

function isReadable(dtype: string): dtype is keyof typeof elementTypes {
  return Object.hasOwn(elementTypes, dtype);
}

function faulty(location: URL, error: unknown): unknown {
  if (!(error instanceof RangeError || error instanceof SyntaxError || error instanceof TypeError)) return error;
  return damaged(
    location,
    error,
    "a safetensors file with F32, F16, BF16 or F64 arrays is needed; fetch or convert it again",
  );
}
