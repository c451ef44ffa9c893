import type { Fields, Structure } from "./hdf5_file.ts";

/** A name in a group, and the place of the object that it leads to. */
export type Link = readonly [name: string, address: number];

const longestName = 1000;
const mostLevels = 32;

/** Reads a tree of version 1, as groups and chunked arrays have it: what its leaves hold, in order. */
export async function treeOfVersion1<T>(
  structure: Structure,
  address: number,
  keyBytes: number,
  leaf: (key: Fields, child: number) => T,
): Promise<T[]> {
  const found: T[] = [];
  const visit = async (address: number, due?: number) => {
    const head = await structure.read(address, 24, "TREE");
    const level = head.skip(1).uint8();
    const count = head.uint16();
    if (level !== (due ?? level) || level > mostLevels) throw new RangeError("its structure leads in circles");
    const entries = await structure.read(address + 24, count * (keyBytes + 8));
    for (let i = 0; i < count; i++) {
      const key = entries.part(keyBytes);
      const child = entries.uint64();
      if (level === 0) found.push(leaf(key, child));
      else await visit(child, level - 1);
    }
  };
  await visit(address);
  return found;
}

/** The links of an older group: a tree of tables, whose names lie in a heap. */
export async function linksOfTable(structure: Structure, message: Fields): Promise<Link[]> {
  const tree = message.uint64();
  const heap = (await structure.read(message.uint64(), 32, "HEAP")).skip(4);
  const heapBytes = heap.uint64();
  const names = await structure.read(heap.skip(8).uint64(), heapBytes);
  const links: Link[] = [];
  for (const address of await treeOfVersion1(structure, tree, 8, (_, child) => child)) {
    const count = (await structure.read(address, 8, "SNOD")).skip(2).uint16();
    const table = await structure.read(address + 8, count * 40);
    for (let i = 0; i < count; i++) {
      const entry = table.part(40);
      const start = entry.uint64();
      const target = entry.uint64();
      // Others lead to a name instead of an object.
      if (entry.uint32() <= 1) links.push([nameAt(names.bytes, start), target]);
    }
  }
  return links;
}

function nameAt(names: Uint8Array, start: number): string {
  const rest = names.subarray(start, start + longestName);
  const end = rest.indexOf(0);
  if (end < 0) throw new RangeError("a name in it has no end");
  return new TextDecoder().decode(rest.subarray(0, end));
}

/** The link of a message; nothing if it leads to a name instead of an object. */
export function linkOf(message: Fields): Link | undefined {
  const flags = message.skip(1).uint8();
  const isHard = (flags & 8) === 0 || message.uint8() === 0;
  message.skip((flags & 4 ? 8 : 0) + (flags & 16 ? 1 : 0));
  const length = message.uint(1 << (flags & 3));
  if (length > longestName) throw new RangeError("a name in it is too long");
  const name = message.text(length);
  return isHard ? [name, message.uint64()] : undefined;
}

/** The links of a newer group with many of them: a tree of places in a heap. */
export async function linksOfHeap(structure: Structure, message: Fields): Promise<Link[]> {
  const flags = message.skip(1).uint8();
  message.skip(flags & 1 ? 8 : 0);
  const heapAddress = message.uint64();
  const tree = message.uint64();
  // No heap: what links there are stand in messages of their own.
  if (!Number.isSafeInteger(heapAddress)) return [];
  const find = await heapOf(structure, heapAddress);
  const links: Link[] = [];
  for (const record of await treeOfVersion2(structure, tree)) {
    const link = linkOf(await find(record.skip(4)));
    if (link) links.push(link);
  }
  return links;
}

/** The records of a tree of version 2, in no order. */
async function treeOfVersion2(structure: Structure, address: number): Promise<Fields[]> {
  const head = (await structure.read(address, 34, "BTHD")).skip(2);
  const nodeBytes = head.uint32();
  const recordBytes = head.uint16();
  const depth = head.uint16();
  const root = head.skip(2).uint64();
  const rootCount = head.uint16();
  if (recordBytes === 0 || depth > mostLevels) throw new RangeError("its tree of links is damaged");
  // A node says of each child how many records it has, and all below it, in as many bytes as the most take.
  const bytesFor = (most: number) => Math.ceil(Math.floor(Math.log2(Math.max(most, 1)) + 1) / 8);
  const pointers: { bytes: number; own: number; all: number }[] = [{ bytes: 0, own: 0, all: 0 }];
  const most = [Math.floor((nodeBytes - 10) / recordBytes)];
  const mostBelow = [most[0]];
  for (let level = 1; level <= depth; level++) {
    const own = bytesFor(most[level - 1]);
    const all = level > 1 ? bytesFor(mostBelow[level - 1]) : 0;
    const bytes = 8 + own + all;
    pointers.push({ bytes, own, all });
    most.push(Math.floor((nodeBytes - 10 - bytes) / (recordBytes + bytes)));
    mostBelow.push((most[level] + 1) * mostBelow[level - 1] + most[level]);
  }
  const records: Fields[] = [];
  const visit = async (address: number, count: number, level: number) => {
    const { bytes, own, all } = pointers[level];
    const length = 6 + count * recordBytes + (level > 0 ? (count + 1) * bytes : 0);
    const node = (await structure.read(address, length, level > 0 ? "BTIN" : "BTLF")).skip(2);
    for (let i = 0; i < count; i++) records.push(node.part(recordBytes));
    for (let i = 0; level > 0 && i <= count; i++) {
      const child = node.uint64();
      const childCount = node.uint(own);
      node.skip(all);
      await visit(child, childCount, level - 1);
    }
  };
  if (rootCount > 0) await visit(root, rootCount, depth);
  return records;
}

/** Opens a fractal heap: what finds an object by the identifier in a record. */
async function heapOf(structure: Structure, address: number): Promise<(id: Fields) => Promise<Fields>> {
  const head = (await structure.read(address, 142, "FRHP")).skip(3);
  const isFiltered = head.uint16() > 0;
  const largest = head.skip(1).uint32();
  head.skip(8 * 12);
  const width = head.uint16();
  const startBytes = head.uint64();
  const mostDirectBytes = head.uint64();
  const offsetBits = head.uint16();
  const root = head.skip(2).uint64();
  const rootRows = head.uint16();
  if (isFiltered || width === 0 || startBytes === 0 || offsetBits > 64) {
    throw new RangeError("its heap of links is of an unknown kind");
  }
  const offsetBytes = Math.ceil(offsetBits / 8);
  const lengthBytes = Math.ceil(Math.floor(Math.log2(Math.max(1, Math.min(mostDirectBytes, largest))) + 1) / 8);
  const rowBytes = (row: number) => startBytes * 2 ** Math.max(0, row - 1);

  /** The place of an offset below an indirect block, whose rows hold blocks of doubling size. */
  const placeIn = async (block: number, rows: number, offset: number, depth: number): Promise<number> => {
    if (depth > mostLevels) throw new RangeError("its heap of links leads in circles");
    for (let row = 0, before = 0; row < rows; row++) {
      const bytes = rowBytes(row);
      if (offset < before + width * bytes) {
        const column = Math.floor((offset - before) / bytes);
        const rest = offset - before - column * bytes;
        const entry = block + 13 + offsetBytes + 8 * (row * width + column);
        const child = (await structure.read(entry, 8)).uint64();
        if (bytes <= mostDirectBytes) return child + rest;
        const childRows = Math.log2(bytes) - Math.log2(startBytes * width) + 1;
        return await placeIn(child, childRows, rest, depth + 1);
      }
      before += width * bytes;
    }
    throw new RangeError("its heap of links is too short");
  };
  return async (id) => {
    if ((id.uint8() & 0x30) !== 0) throw new RangeError("a link in it lies in no known way");
    const offset = id.uint(offsetBytes);
    const length = id.uint(lengthBytes);
    const place = rootRows === 0 ? root + offset : await placeIn(root, rootRows, offset, 0);
    return await structure.read(place, length);
  };
}
