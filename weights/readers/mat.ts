import { sizeOf } from "../../graph/mod.ts";
import type { ByteSource } from "../source.ts";
import { buffered } from "./buffered.ts";
import { inflated } from "./inflated.ts";
import { type NumberType, numberTypes } from "./numbers.ts";

/** A value in a .mat file. Numbers stay in the file until they are asked for. */
export type MatValue =
  | {
    readonly kind: "numbers";
    readonly shape: readonly number[];
    /** Their position in the file, or in its compressed part: reading in this order is fastest. */
    readonly start: number;
    /** Reads them in the file's own order: the first axis runs fastest. */
    read(): Promise<Float32Array<ArrayBuffer>>;
  }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "cell"; readonly items: readonly MatValue[] }
  | { readonly kind: "struct"; readonly elements: readonly ReadonlyMap<string, MatValue>[] }
  /** A value that is not part of weights: sparse, complex, objects, functions. */
  | { readonly kind: "other" };

/** Element types of the format that hold numbers ("MAT-File Format", MathWorks, table 1-1). */
const storedTypes: Readonly<Record<number, NumberType>> = {
  1: "i8",
  2: "u8",
  3: "i16",
  4: "u16",
  5: "i32",
  6: "u32",
  7: "f32",
  9: "f64",
};
const [matrixType, compressedType] = [14, 15];

/** Classes of arrays (table 1-3); those of numbers are 6 to 15. */
const [cellClass, structClass, charClass, firstNumbers, lastNumbers] = [1, 2, 4, 6, 15];

/** The most values in a file; a network holds a few thousand. */
const mostValues = 200_000;
/** Arrays up to an average image of 224 × 224 are read at once, as going back costs another pass. */
const [smallBytes, mostSmallBytes] = [1 << 20, 64e6];
const mostNesting = 16;
const longestText = 4096;

/**
 * Reads the variables of a MATLAB level-5 file, compressed or not, by name. Numbers are not read yet; every length is
 * checked against the part that holds it.
 *
 * @throws {RangeError} if the file is damaged.
 */
export async function readMat(source: ByteSource): Promise<ReadonlyMap<string, MatValue>> {
  const file = buffered(source);
  const header = new DataView((await file.read(0, 128)).buffer);
  if (header.getUint16(126, true) !== 0x4d49) throw new RangeError("it is a big-endian .mat file");
  if (header.getUint16(124, true) !== 0x0100) {
    throw new RangeError("it is no level-5 .mat file");
  }
  const variables = new Map<string, MatValue>();
  const budget = { values: mostValues, bytes: mostSmallBytes };
  for (let position = 128; position < source.size;) {
    const element = await readTag(file, position, source.size);
    if (element.type === compressedType) {
      const holder = inflated(source, element.start, element.bytes);
      await readVariable(holder, await readTag(holder, 0, holder.size), budget, variables);
      await holder.finish();
      // What follows a compressed variable begins right after it, else at a multiple of 8 bytes.
      position = element.start + element.bytes;
    } else {
      await readVariable(file, element, budget, variables);
      position = element.next;
    }
  }
  return variables;
}

/** How many values, and bytes of small arrays, may still come. */
interface Budget {
  values: number;
  bytes: number;
}

async function readVariable(source: ByteSource, element: Element, budget: Budget, into: Map<string, MatValue>) {
  if (element.type !== matrixType) return;
  const { name, value } = await readMatrix(source, element, budget, 0);
  into.set(name, value);
}

/** A data element of the format: its type, the position and length of its bytes, and the position of the next one. */
interface Element {
  readonly type: number;
  readonly start: number;
  readonly bytes: number;
  readonly next: number;
  /** The bytes themselves, if they are in the tag. */
  readonly inline?: Uint8Array<ArrayBuffer>;
}

async function readTag(source: ByteSource, position: number, end: number): Promise<Element> {
  if (position + 8 > end) throw new RangeError("unexpected end");
  const tag = await source.read(position, 8);
  const view = new DataView(tag.buffer);
  const type = view.getUint32(0, true);
  // The small format: length and type share the first word, the bytes are in the second.
  const small = type >>> 16;
  if (small > 4) throw new RangeError(`a small part has ${small} bytes`);
  if (small > 0) {
    return {
      type: type & 0xffff,
      start: position + 4,
      bytes: small,
      next: position + 8,
      inline: tag.slice(4, 4 + small),
    };
  }
  const bytes = view.getUint32(4, true);
  const start = position + 8;
  if (start + bytes > end) {
    throw new RangeError(`a part ends at byte ${start + bytes} of ${end}: the file is cut short`);
  }
  return { type, start, bytes, next: Math.min(end, start + Math.ceil(bytes / 8) * 8) };
}

/** The first bytes of an element. */
async function contentOf(source: ByteSource, { start, bytes, inline }: Element, length = bytes) {
  return inline ? inline.slice(0, length) : await source.read(start, length);
}

/** A matrix and its name, if it has one. */
async function readMatrix(source: ByteSource, matrix: Element, budget: Budget, depth: number) {
  if (--budget.values < 0) throw new RangeError("it holds too many values to be a network");
  if (depth > mostNesting) throw new RangeError("its values lie too deep in each other");
  const end = matrix.start + matrix.bytes;
  const empty = { name: "", value: { kind: "cell", items: [] } as MatValue };
  if (matrix.bytes === 0) return empty;

  const flags = await readTag(source, matrix.start, end);
  if (flags.bytes < 4) throw new RangeError("a matrix has no flags");
  const word = new DataView((await contentOf(source, flags, 4)).buffer).getUint32(0, true);
  const dimensions = await readTag(source, flags.next, end);
  const shape = await readShape(source, dimensions);
  const nameAt = await readTag(source, dimensions.next, end);
  const name = await readText(source, nameAt);
  const contents = { from: nameAt.next, end, shape };
  const kind = word & 0xff;
  const complex = (word & 0x0800) !== 0;
  const read = kind === cellClass
    ? readCell
    : kind === structClass
    ? readStruct
    : kind === charClass
    ? readChars
    : kind >= firstNumbers && kind <= lastNumbers && !complex
    ? readNumbers
    : undefined;
  return { name, value: read ? await read(source, contents, budget, depth) : { kind: "other" } as MatValue };
}

interface Contents {
  readonly from: number;
  readonly end: number;
  readonly shape: readonly number[];
}

async function readShape(source: ByteSource, element: Element): Promise<number[]> {
  const { bytes } = element;
  if (bytes > 128) throw new RangeError(`a matrix has ${bytes / 4} dimensions`);
  const shape = [...new Int32Array((await contentOf(source, element, bytes - bytes % 4)).buffer)];
  if (shape.some((side) => side < 0)) throw new RangeError(`a matrix has the shape [${shape}]`);
  return shape;
}

async function readText(source: ByteSource, element: Element): Promise<string> {
  const { type, bytes } = element;
  if (bytes > longestText) return "";
  const content = await contentOf(source, element);
  return type === 4 || type === 17
    ? String.fromCharCode(...new Uint16Array(content.buffer, 0, bytes >> 1))
    : new TextDecoder().decode(content);
}

async function readNumbers(source: ByteSource, { from, end, shape }: Contents, budget: Budget): Promise<MatValue> {
  const element = await readTag(source, from, end);
  const { type, start, bytes } = element;
  const stored = storedTypes[type];
  const numbers = stored && numberTypes[stored];
  if (!numbers) return { kind: "other" };
  const needed = sizeOf(shape) * numbers.bytes;
  if (needed !== bytes) throw new RangeError(`an array of [${shape}] has ${bytes} bytes where it needs ${needed}`);
  if (bytes > smallBytes) {
    return { kind: "numbers", shape, start, read: async () => numbers.read((await source.read(start, bytes)).buffer) };
  }
  if ((budget.bytes -= bytes) < 0) throw new RangeError("it holds too many small arrays to be a network");
  const values = numbers.read((await contentOf(source, element)).buffer);
  return { kind: "numbers", shape, start, read: () => Promise.resolve(values) };
}

async function readChars(source: ByteSource, { from, end }: Contents): Promise<MatValue> {
  return { kind: "text", text: await readText(source, await readTag(source, from, end)) };
}

async function readCell(source: ByteSource, { from, end, shape }: Contents, budget: Budget, depth: number) {
  const items: MatValue[] = [];
  let position = from;
  for (let i = 0; i < sizeOf(shape); i++) {
    const element = await readTag(source, position, end);
    items.push((await readMatrix(source, element, budget, depth + 1)).value);
    position = element.next;
  }
  return { kind: "cell", items } satisfies MatValue;
}

async function readStruct(
  source: ByteSource,
  { from, end, shape }: Contents,
  budget: Budget,
  depth: number,
) {
  const nameLength = await readTag(source, from, end);
  const names = await readTag(source, nameLength.next, end);
  const width = nameLength.bytes >= 4
    ? new DataView((await contentOf(source, nameLength, 4)).buffer).getUint32(0, true)
    : 0;
  if (width < 1 || names.bytes > 64 * longestText) throw new RangeError("a struct has no proper names of fields");
  const text = new TextDecoder("latin1").decode(await contentOf(source, names));
  const fields = Array.from(
    { length: Math.floor(names.bytes / width) },
    (_, i) => text.slice(i * width, (i + 1) * width).replace(/\0.*$/s, ""),
  );
  const elements: Map<string, MatValue>[] = [];
  let position = names.next;
  // Without fields there are no elements to read, however many the shape promises.
  for (let i = 0; i < (fields.length > 0 ? sizeOf(shape) : 0); i++) {
    const element = new Map<string, MatValue>();
    for (const field of fields) {
      const tag = await readTag(source, position, end);
      element.set(field, (await readMatrix(source, tag, budget, depth + 1)).value);
      position = tag.next;
    }
    elements.push(element);
  }
  return { kind: "struct", elements } satisfies MatValue;
}
