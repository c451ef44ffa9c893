import { messageOf, UserError } from "../stages/errors.ts";
import { type ByteSource, display, openSource } from "./source.ts";

/** An array read from a weights file. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float32Array<ArrayBuffer>;
}

/** An open weights file: its names are known, its arrays are read when asked for. */
export interface WeightsFile extends AsyncDisposable {
  readonly location: URL;
  /** The shape of every array by name. */
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  /** The texts of the header's `__metadata__`. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Reads one array as float32. Throws a UserError where the file is damaged. */
  tensor(name: string): Promise<Tensor>;
}

/** Bytes per element of the types that are read, and how they become float32. */
const elementTypes = {
  F32: { bytes: 4, read: (bytes: ArrayBuffer) => new Float32Array(bytes) },
  F16: { bytes: 2, read: (bytes: ArrayBuffer) => Float32Array.from(new Float16Array(bytes)) },
  // The upper half of a float32.
  BF16: {
    bytes: 2,
    read: (bytes: ArrayBuffer) => new Float32Array(Uint32Array.from(new Uint16Array(bytes), (n) => n << 16).buffer),
  },
} as const;

/** A header is JSON of a few kilobytes; the format itself ends at 100 MB. */
const longestHeader = 100e6;

interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly start: number;
  readonly length: number;
}

/**
 * Opens a safetensors file with F32, F16 or BF16 arrays. Lengths, offsets and shapes are checked before anything is
 * allocated.
 *
 * @param location A `file:`, `http:` or `https:` URL.
 * @throws {UserError} where it cannot be read or is not such a file.
 */
export async function openSafetensors(location: URL): Promise<WeightsFile> {
  const source = await openSource(location);
  try {
    const { entries, metadata } = await readHeader(source);
    return {
      location,
      metadata,
      shapes: new Map([...entries].map(([name, { shape }]) => [name, shape])),
      tensor: (name) =>
        readTensor(source, name, entries).catch((error) => {
          throw damaged(location, error);
        }),
      [Symbol.asyncDispose]: () => source[Symbol.asyncDispose](),
    };
  } catch (error) {
    await source[Symbol.asyncDispose]();
    throw damaged(location, error);
  }
}

async function readTensor(source: ByteSource, name: string, entries: ReadonlyMap<string, Entry>): Promise<Tensor> {
  const entry = entries.get(name);
  if (!entry) throw new RangeError(`it holds no "${name}"`);
  if (!isReadable(entry.dtype)) {
    throw new RangeError(`"${name}" has the type ${entry.dtype}, not one of ${Object.keys(elementTypes).join(", ")}`);
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
  const text = new TextDecoder("utf-8", { fatal: true }).decode(await source.read(8, headerLength));
  const header: unknown = JSON.parse(text);
  if (!isRecord(header)) throw new RangeError("its header is not an object");
  const { __metadata__: metadata = {}, ...arrays } = header;
  if (!isTexts(metadata)) throw new RangeError("its metadata are not texts");
  const entries = Object.entries(arrays).map(([name, entry]) =>
    [name, readEntry(name, entry, 8 + headerLength, source.size)] as const
  );
  return { entries: new Map(entries), metadata };
}

function readEntry(name: string, entry: unknown, base: number, fileSize: number): Entry {
  const { dtype, shape, data_offsets: offsets } = isRecord(entry) ? entry : {};
  if (typeof dtype !== "string" || !isIndexList(shape) || !isIndexList(offsets) || offsets.length !== 2) {
    throw new RangeError(`"${name}" has no proper type, shape and offsets`);
  }
  const [start, end] = offsets;
  const length = end - start;
  const needed = isReadable(dtype) ? shape.reduce((product, n) => product * n, elementTypes[dtype].bytes) : length;
  if (length !== needed) throw new RangeError(`"${name}" has ${length} bytes where its shape needs ${needed}`);
  if (length < 0 || base + end > fileSize) {
    throw new RangeError(`"${name}" ends at byte ${base + end} of ${fileSize}: the file is cut short`);
  }
  return { dtype, shape, start: base + start, length };
}

function isReadable(dtype: string): dtype is keyof typeof elementTypes {
  return Object.hasOwn(elementTypes, dtype);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isTexts(value: unknown): value is Record<string, string> {
  return isRecord(value) && Object.values(value).every((text) => typeof text === "string");
}

function isIndexList(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);
}

function damaged(location: URL, error: unknown): unknown {
  if (!(error instanceof RangeError || error instanceof SyntaxError || error instanceof TypeError)) return error;
  return new UserError(`Cannot use ${display(location)} as weights: ${messageOf(error)}`, {
    hint: "a safetensors file with F32, F16 or BF16 arrays is needed; fetch or convert it again",
    cause: error,
  });
}
