/**
 * Files that are made to keep a reader busy without end, or to fill the memory: none has more than a few hundred
 * kilobytes, and what it asks for is more than any machine can do.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { zipOf } from "../../helpers/zip.ts";

const u16 = (...values: number[]) => Buffer.from(Uint16Array.from(values).buffer);
const u32 = (...values: number[]) => Buffer.from(Uint32Array.from(values).buffer);
const u64 = (...values: number[]) => Buffer.from(BigUint64Array.from(values.map(BigInt)).buffer);
const text = (value: string) => Buffer.from(value, "latin1");
const bytes = (...values: number[]) => Buffer.from(values);

const undefinedPlace = Buffer.alloc(8, 0xff);

/** Where the parts of an HDF5 file begin after its head. */
const firstPart = 48;

/** An HDF5 file whose root lies right after its head. */
function hdf5(...parts: Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const end = u64(firstPart + content.length);
  const head = [text("\x89HDF\r\n\x1a\n"), bytes(2, 8, 8, 0), u64(0), undefinedPlace, end, u64(firstPart), u32(0)];
  return Buffer.concat([...head, content, Buffer.alloc(4096)]);
}

const message = (type: number, content: Uint8Array) =>
  Buffer.concat([bytes(type), u16(content.length), bytes(0), content]);

function objectHeader(...messages: Uint8Array[]): Buffer {
  const content = Buffer.concat(messages);
  return Buffer.concat([text("OHDR"), bytes(2, 1), u16(content.length), content, u32(0)]);
}

/** A header that goes on in a block, which goes on in itself. */
function headerInCircles(): Buffer {
  const root = objectHeader(message(16, u64(firstPart + 40, 28)));
  const block = Buffer.concat([text("OCHK"), message(16, u64(firstPart + 40, 28)), u32(0)]);
  return hdf5(root, Buffer.alloc(40 - root.length), block);
}

/** An older group whose tree has 30 levels; each node names the next one many times. */
function treeOfPaths(): Buffer {
  const [children, levels, nodeBytes] = [100, 30, 24 + 16 * 100 + 8];
  const rootBytes = 8 + 4 + 16 + 4;
  const heap = firstPart + rootBytes;
  const node = (i: number) => heap + 40 + i * nodeBytes;
  const root = objectHeader(message(17, u64(node(0), heap)));
  const heapHead = Buffer.concat([text("HEAP"), u32(0), u64(8, 0, heap + 32), Buffer.alloc(8)]);
  const nodes = Array.from({ length: levels }, (_, i) => {
    const entries = Array.from({ length: children }, () => u64(0, i + 1 < levels ? node(i + 1) : 0));
    const head = [text("TREE"), bytes(0, levels - 1 - i), u16(children), undefinedPlace, undefinedPlace];
    return Buffer.concat([...head, ...entries, u64(0)]);
  });
  return hdf5(root, heapHead, ...nodes);
}

/** A header of very many empty messages of one kind, none of which says anything. */
function headerOfNothing(): Buffer {
  const content = Buffer.concat(Array.from({ length: 200_000 }, () => message(6, Buffer.alloc(0))));
  const root = Buffer.concat([text("OHDR"), bytes(2, 2), u32(content.length), content, u32(0)]);
  return hdf5(root);
}

/** A chunked array whose one chunk is named over and over. */
function oneChunk(): Buffer {
  const [sides, entries] = [200_000, 60_000];
  const tree = firstPart + 200;
  const space = message(1, Buffer.concat([bytes(2, 1, 0, 1), u64(sides)]));
  const type = message(3, Buffer.concat([bytes(0x11, 0x20, 31, 0), u32(4), Buffer.alloc(12)]));
  const layout = message(8, Buffer.concat([bytes(3, 2, 2), u64(tree), u32(100_000, 4)]));
  const dataset = firstPart + 60;
  const link = message(6, Buffer.concat([bytes(1, 0, 1), text("a"), u64(dataset)]));
  const root = objectHeader(link);
  const header = objectHeader(space, type, layout);
  const one = Buffer.concat([u32(400_000, 0), u64(0, 0, 2000)]);
  const node = [text("TREE"), bytes(1, 0), u16(entries), undefinedPlace, undefinedPlace];
  return hdf5(
    root,
    Buffer.alloc(60 - root.length),
    header,
    Buffer.alloc(140 - header.length),
    ...node,
    ...Array.from({ length: entries }, () => one),
  );
}

const protocol = "\x80\x02";

/** Lists in the memo, each of which holds the one before twice: as text, 2 to the power of `depth` parts. */
function doubled(depth: number): string {
  let code = "]q\x000";
  for (let i = 1; i < depth; i++) {
    const [before, at] = [i - 1, i].map((n) => String.fromCharCode(n));
    code += `]q${at}(h${before}h${before}e0`;
  }
  return code + `h${String.fromCharCode(depth - 1)}`;
}

const pickled = (code: string) => text(protocol + code + ".");

const pickles: Readonly<Record<string, Buffer>> = {
  "a list that doubles, as a name": pickled(`${doubled(100)}X\x01\0\0\0a\x93`),
  "a list that doubles, as a place": pickled(
    `(X\x07\0\0\0storagectorch\nFloatStorage\n${doubled(100)}X\x03\0\0\0cpuK\x01tQ`,
  ),
  "a list that doubles, as a length": pickled(
    `}X\x01\0\0\0actorch._utils\n_rebuild_tensor_v2\n((X\x07\0\0\0storagectorch\nFloatStorage\nX\x01\0\0\x000` +
      `X\x03\0\0\0cpu${doubled(100)}tQK\0(K\x01t(K\x01ttRs`,
  ),
  "one long list for many dictionaries": pickled(
    `(${"K\x01K\x02\x86".repeat(20_000)}lq\x000` + "ccollections\nOrderedDict\nq\x010" + "h\x01(h\0tR".repeat(50_000) +
      "}",
  ),
  "one long shape for many tensors": pickled(
    `(${"K\x01".repeat(100_000)}tq\x000` + "ctorch._utils\n_rebuild_tensor_v2\nq\x010" +
      "(X\x07\0\0\0storagectorch\nFloatStorage\nX\x01\0\0\x000X\x03\0\0\0cpuK\x01tQq\x020}" +
      Array.from({ length: 30_000 }, (_, i) => `U\x05${String(i).padStart(5, "0")}h\x01(h\x02K\0h\0h\0tRs`).join(""),
  ),
  "one long name for many dictionaries": pickled(
    `X\x40\x0d\x03\0${"n".repeat(200_000)}q\x000` + "}" + "h\0}".repeat(15) +
      "ctorch._utils\n_rebuild_tensor_v2\n((X\x07\0\0\0storagectorch\nFloatStorage\nX\x01\0\0\x000X\x03\0\0\0cpuK\x01tQ" +
      "K\0))tRq\x010" + Array.from({ length: 20_000 }, (_, i) => `U\x05${String(i).padStart(5, "0")}h\x01s`).join("") +
      "s".repeat(15),
  ),
  "nothing but dictionaries": pickled("}".repeat(900_000)),
  "nothing but marks": pickled("(".repeat(900_000)),
};

/** The files by what is wrong with them, each under a name of its format. */
export async function hostileFiles(): Promise<ReadonlyMap<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>([
    ["a header in circles.h5", headerInCircles()],
    ["a tree of paths.h5", treeOfPaths()],
    ["a header of nothing.h5", headerOfNothing()],
    ["one chunk.h5", oneChunk()],
  ]);
  for (const [name, pickle] of Object.entries(pickles)) {
    files.set(`${name}.pth`, await zipOf({ "archive/data.pkl": Uint8Array.from(pickle) }, 0));
  }
  return files;
}
