import { inflateSync } from "node:zlib";
import { sizeOf } from "../../graph/mod.ts";
import { Fields, type Structure } from "./hdf5_file.ts";
import { treeOfVersion1 } from "./hdf5_links.ts";
import type { Dataset } from "./hdf5_objects.ts";
import { type NumberType, numberTypes } from "./numbers.ts";

/** Compression may shrink trained weights a little, but not to a quarter of a byte each. */
const mostValuesPerByte = 4;

/**
 * Reads the values of an array as float32.
 *
 * @throws {RangeError} if they are no numbers, or damaged.
 */
export async function valuesOf(
  structure: Structure,
  name: string,
  { shape, type, layout, filters }: Dataset,
): Promise<Float32Array<ArrayBuffer>> {
  const count = sizeOf(shape);
  if (!(count <= mostValuesPerByte * structure.source.size)) {
    throw new RangeError(`"${name}" promises more than the file can hold`);
  }
  const numbers = numberTypeOf(name, new Fields(type.bytes));
  const bytes = await bytesOf(structure, name, shape, numberTypes[numbers].bytes, layout, filters);
  return numberTypes[numbers].read(bytes.buffer);
}

function numberTypeOf(name: string, type: Fields): NumberType {
  const kind = type.uint8() & 15;
  const bits = type.uint8();
  const bytes = type.skip(2).uint32();
  const letter = kind === 1 ? "f" : kind === 0 ? (bits & 8 ? "i" : "u") : undefined;
  const found = letter && `${letter}${8 * bytes}`;
  // The lowest bit tells of numbers whose highest byte comes first.
  if (!found || (bits & 1) !== 0 || !Object.hasOwn(numberTypes, found)) {
    throw new RangeError(`"${name}" holds no numbers of a known type`);
  }
  return found as NumberType;
}

async function bytesOf(
  structure: Structure,
  name: string,
  shape: readonly number[],
  itemBytes: number,
  layoutMessage: Fields,
  filters?: Fields,
): Promise<Uint8Array<ArrayBuffer>> {
  const layout = new Fields(layoutMessage.bytes);
  const version = layout.uint8();
  const axesBefore = version < 3 ? layout.uint8() : 0;
  const kind = layout.uint8();
  const total = sizeOf(shape) * itemBytes;
  if (version === 0 || version > 4 || (version === 4 && kind === 2)) {
    throw new RangeError(`"${name}" is laid out as no known version of HDF5 does it`);
  }
  if (version < 3) layout.skip(5);
  if (kind === 0) {
    if (version < 3) layout.skip(4 * axesBefore);
    return layout.part(version < 3 ? layout.uint32() : layout.uint16()).part(total).bytes.slice();
  }
  if (kind === 1) {
    const place = layout.uint64();
    if (total === 0) return new Uint8Array();
    if (!(place + total <= structure.source.size)) throw new RangeError(`"${name}" is cut short, or was never written`);
    return await structure.source.read(place, total);
  }
  if (kind !== 2) throw new RangeError(`"${name}" is laid out in no known way`);
  const axes = version < 3 ? axesBefore : layout.uint8();
  const tree = layout.uint64();
  const chunk = Array.from({ length: axes - 1 }, () => layout.uint32());
  if (axes - 1 !== shape.length || !chunk.every((side) => side > 0) || layout.uint32() !== itemBytes) {
    throw new RangeError(`"${name}" has chunks of another shape`);
  }
  return await fromChunks(structure, name, { shape, chunk, itemBytes, tree, steps: filtersOf(filters) });
}

interface Chunked {
  readonly shape: readonly number[];
  readonly chunk: readonly number[];
  readonly itemBytes: number;
  readonly tree: number;
  readonly steps: readonly number[];
}

/** Puts an array together from its chunks, each of which must be there once. */
async function fromChunks(structure: Structure, name: string, { shape, chunk, itemBytes, tree, steps }: Chunked) {
  const total = sizeOf(shape) * itemBytes;
  const grid = shape.map((side, axis) => Math.ceil(side / chunk[axis]));
  const chunkBytes = sizeOf(chunk) * itemBytes;
  // What hangs over the edges of the array is stored, too.
  if (!(sizeOf(grid) * chunkBytes <= 16 * total + 8e6)) {
    throw new RangeError(`"${name}" has chunks that are larger than it`);
  }
  if (total === 0) return new Uint8Array();
  const entries = await treeOfVersion1(structure, tree, 8 + 8 * (shape.length + 1), (key, place) => {
    const [bytes, mask] = [key.uint32(), key.uint32()];
    return { bytes, mask, place, at: shape.map(() => key.uint64()) };
  });
  const stored = entries.reduce((sum, { bytes }) => sum + bytes, 0);
  const places = new Set<number>();
  for (const { at } of entries) {
    const inGrid = at.every((start, axis) => start % chunk[axis] === 0 && start < shape[axis]);
    if (inGrid) places.add(at.reduce((index, start, axis) => index * grid[axis] + start / chunk[axis], 0));
  }
  if (places.size !== sizeOf(grid) || entries.length !== places.size || stored > structure.source.size) {
    throw new RangeError(`"${name}" has ${places.size} of its ${sizeOf(grid)} chunks, in ${entries.length} places`);
  }
  const values = new Uint8Array(total);
  for (const { bytes, mask, place, at } of entries) {
    if (!(place + bytes <= structure.source.size)) throw new RangeError(`"${name}" is cut short`);
    const content = unfiltered(await structure.source.read(place, bytes), mask, steps, itemBytes, chunkBytes);
    if (content.length !== chunkBytes) throw new RangeError(`"${name}" has a chunk of ${content.length} bytes`);
    lay(content, chunk, at, values, shape, itemBytes);
  }
  return values;
}

/** Lays a chunk into an array, row by row along the last axis. */
function lay(
  content: Uint8Array,
  chunk: readonly number[],
  at: readonly number[],
  values: Uint8Array,
  shape: readonly number[],
  itemBytes: number,
) {
  const last = shape.length - 1;
  const rows = chunk.slice(0, last);
  const inside = rows.map((side, axis) => Math.min(side, shape[axis] - at[axis]));
  const rowBytes = Math.min(chunk[last] ?? 1, (shape[last] ?? 1) - (at[last] ?? 0)) * itemBytes;
  for (let row = 0; row < sizeOf(inside); row++) {
    let [rest, from, to, step] = [row, 0, 0, 1];
    let wholeStep = 1;
    for (let axis = last - 1; axis >= 0; axis--) {
      const index = rest % inside[axis];
      rest = Math.floor(rest / inside[axis]);
      from += index * step;
      to += (at[axis] + index) * wholeStep;
      step *= rows[axis];
      wholeStep *= shape[axis];
    }
    const start = from * (chunk[last] ?? 1) * itemBytes;
    const target = (to * (shape[last] ?? 1) + (at[last] ?? 0)) * itemBytes;
    values.set(content.subarray(start, start + rowBytes), target);
  }
}

const [deflate, shuffle, sum] = [1, 2, 3];

/** The filters that chunks went through, in order. */
function filtersOf(message?: Fields): number[] {
  if (!message) return [];
  const fields = new Fields(message.bytes);
  const version = fields.uint8();
  const count = fields.uint8();
  if (version === 1) fields.skip(6);
  return Array.from({ length: count }, () => {
    const filter = fields.uint16();
    const nameBytes = version === 1 || filter > 255 ? fields.uint16() : 0;
    const values = fields.skip(2).uint16();
    const isPadded = version === 1;
    fields.skip(isPadded ? Math.ceil(nameBytes / 8) * 8 : nameBytes);
    fields.skip(4 * (isPadded ? values + values % 2 : values));
    return filter;
  });
}

/** A chunk before its filters, the last of which is undone first; a bit of the mask tells which were left out. */
function unfiltered(
  bytes: Uint8Array<ArrayBuffer>,
  mask: number,
  steps: readonly number[],
  itemBytes: number,
  chunkBytes: number,
): Uint8Array {
  return steps.reduceRight<Uint8Array>((content, filter, i) => {
    if (mask & (1 << i)) return content;
    if (filter === deflate) return inflateSync(content, { maxOutputLength: chunkBytes + 4 });
    if (filter === shuffle) return unshuffled(content, itemBytes);
    if (filter === sum) return summed(content);
    throw new RangeError(`its chunks went through the filter ${filter}, which is not known`);
  }, bytes);
}

/** Shuffled bytes are the first of all items, then the second of all, and so on. */
function unshuffled(content: Uint8Array, itemBytes: number): Uint8Array {
  const result = Uint8Array.from(content);
  const items = Math.floor(content.length / itemBytes);
  for (let byte = 0; byte < itemBytes; byte++) {
    for (let i = 0; i < items; i++) result[i * itemBytes + byte] = content[byte * items + i];
  }
  return result;
}

/** The content before its sum of Fletcher, which is checked. */
function summed(content: Uint8Array): Uint8Array {
  const body = content.subarray(0, -4);
  let [low, high] = [0, 0];
  for (let i = 0; i < body.length; i += 2) {
    low = (low + (body[i] << 8) + (body[i + 1] ?? 0)) % 65535;
    high = (high + low) % 65535;
  }
  const due = content.length < 4
    ? NaN
    : new DataView(content.buffer, content.byteOffset + body.length).getUint32(0, true);
  if ((due >>> 16) % 65535 !== high || (due & 0xffff) % 65535 !== low) throw new RangeError("a chunk in it is damaged");
  return body;
}
