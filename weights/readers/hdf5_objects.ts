import { Fields, type Structure } from "./hdf5_file.ts";
import { type Link, linkOf, linksOfHeap, linksOfTable } from "./hdf5_links.ts";

/** An object of the file: what its header says, by the number of the message. */
type Messages = ReadonlyMap<number, readonly Message[]>;

interface Message {
  readonly fields: Fields;
  /** Whether what it says stands elsewhere. */
  readonly shared: boolean;
}

/** The messages that are read ("HDF5 File Format Specification", IV.A.2). */
const kind = { space: 1, linkInfo: 2, type: 3, link: 6, layout: 8, filters: 11, continued: 16, table: 17 } as const;

/** An array: its shape, and what its messages say of the numbers. */
export interface Dataset {
  readonly shape: readonly number[];
  readonly type: Fields;
  readonly layout: Fields;
  readonly filters?: Fields;
}

const mostArrays = 10_000;
const mostNesting = 16;
const longestPath = 1000;
const mostAxes = 32;

/** The arrays of a file by their paths. */
export async function datasetsOf(structure: Structure): Promise<Map<string, Dataset>> {
  const datasets = new Map<string, Dataset>();
  const objects = new Map<number, Messages>();
  const seen = new Set<number>();
  const visit = async (path: string, address: number, depth: number): Promise<void> => {
    const messages = objects.get(address) ?? await messagesAt(structure, address);
    objects.set(address, messages);
    if (messages.has(kind.space)) {
      const dataset = datasetOf(messages);
      if (dataset) datasets.set(path, dataset);
      if (datasets.size > mostArrays) throw new RangeError("it holds too many arrays to be a network");
      return;
    }
    if (seen.has(address)) return;
    seen.add(address);
    if (depth > mostNesting) throw new RangeError("its groups lie too deep in each other");
    for (const [name, target] of await linksOf(structure, messages)) {
      const below = path === "" ? name : `${path}/${name}`;
      if (below.length > longestPath) throw new RangeError("a path in it is too long");
      await visit(below, target, depth + 1);
    }
  };
  await visit("", await rootOf(structure), 0);
  return datasets;
}

/** The place of the root group. */
async function rootOf(structure: Structure): Promise<number> {
  const head = await structure.read(0, 96);
  const version = head.skip(8).uint8();
  const old = version < 2;
  if (version > 3) throw new RangeError(`it is HDF5 of version ${version}`);
  const [offsetBytes, lengthBytes] = [head.skip(old ? 4 : 0).uint8(), head.uint8()];
  if (offsetBytes !== 8 || lengthBytes !== 8) throw new RangeError("its addresses have no 8 bytes");
  head.skip(old ? 9 + 4 * version : 1);
  if (head.uint64() !== 0) throw new RangeError("it does not begin at its first byte");
  // Free space, end and driver, then the name of the root group; or the extension and the end.
  return head.skip(old ? 32 : 16).uint64();
}

async function messagesAt(structure: Structure, address: number): Promise<Messages> {
  const head = await structure.read(address, 16);
  const isNew = head.bytes[0] === 0x4f;
  if (!isNew && head.bytes[0] !== 1) throw new RangeError("an object in it has no header");
  const flags = head.bytes[5];
  const sizeBytes = 1 << (flags & 3);
  const start = isNew ? 6 + (flags & 0x20 ? 16 : 0) + (flags & 0x10 ? 4 : 0) : 16;
  const size = isNew ? (await structure.read(address + start, sizeBytes)).uint(sizeBytes) : head.skip(8).uint32();
  const blocks: [number, number][] = [[address + start + (isNew ? sizeBytes : 0), size]];
  const messages = new Map<number, Message[]>();
  for (let i = 0; i < blocks.length; i++) {
    const block = await structure.read(...blocks[i]);
    const tagBytes = isNew ? 4 + (flags & 4 ? 2 : 0) : 8;
    while (block.left >= tagBytes) {
      const type = isNew ? block.uint8() : block.uint16();
      const length = block.uint16();
      const shared = (block.uint8() & 2) !== 0;
      block.skip(tagBytes - (isNew ? 4 : 5));
      if (length > block.left) throw new RangeError("an object in it has a damaged header");
      const fields = block.part(length);
      if (type === kind.continued) {
        const [place, bytes] = [fields.uint64(), fields.uint64()];
        // Newer ones stand between a signature and a sum.
        blocks.push(isNew ? [place + 4, bytes - 8] : [place, bytes]);
      } else {
        const alike = messages.get(type);
        if (alike) alike.push({ fields, shared });
        else messages.set(type, [{ fields, shared }]);
      }
    }
  }
  return messages;
}

async function linksOf(structure: Structure, messages: Messages): Promise<Link[]> {
  const of = (type: number) => (messages.get(type) ?? []).map(({ fields }) => new Fields(fields.bytes));
  const links = of(kind.link).map(linkOf).filter((link) => link !== undefined);
  for (const message of of(kind.table)) links.push(...await linksOfTable(structure, message));
  for (const message of of(kind.linkInfo)) links.push(...await linksOfHeap(structure, message));
  return links;
}

/** The array that messages describe; nothing if it has no elements by its kind. */
function datasetOf(messages: Messages): Dataset | undefined {
  const [space, type, layout, filters] = [kind.space, kind.type, kind.layout, kind.filters].map((type) => {
    const [message] = messages.get(type) ?? [];
    if (message?.shared) throw new RangeError("an array in it is described elsewhere, which is not read");
    return message && new Fields(message.fields.bytes);
  });
  if (!type || !layout) throw new RangeError("an array in it has no type or no place");
  const version = space.uint8();
  const axes = space.uint8();
  const isNull = version === 2 && space.bytes[3] === 2;
  if (isNull) return undefined;
  if (axes > mostAxes) throw new RangeError(`an array in it has ${axes} axes`);
  space.skip(version === 2 ? 2 : 6);
  return { shape: Array.from({ length: axes }, () => space.uint64()), type, layout, filters };
}
