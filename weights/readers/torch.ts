import { sizeOf } from "../../graph/mod.ts";
import { type ArrayFile, guarded, held } from "../array_file.ts";
import { type ByteSource, openSource } from "../source.ts";
import { numberTypes } from "./numbers.ts";
import { readStateDict, type TorchTensor } from "./state_dict.ts";
import { gathered } from "./strides.ts";
import { openZip } from "./zip.ts";

/** The most bytes of pickles; those of VGG have a few kilobytes beside the numbers. */
const mostPickled = 1e6;

/** The magic number 0x1950a86a20f9469cfc6c as the first pickle of a file before PyTorch 1.6. */
const legacyMagic = [0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e];

/** Whether a file's first bytes are those of `torch.save` before PyTorch 1.6. */
export function isLegacyTorch(head: Uint8Array): boolean {
  return legacyMagic.every((byte, i) => head[i] === byte);
}

/** The tensors of a .pth file, and a reader of their storages. */
interface Contents {
  readonly tensors: readonly TorchTensor[];
  read(tensor: TorchTensor, byteOffset: number, bytes: number): Promise<Uint8Array<ArrayBuffer>>;
}

/**
 * Opens a state dict that PyTorch saved, as a zip archive or in the older form, alone or within a checkpoint. Tensors are
 * named as there, `features.0.weight`, with the keys that lead to them before.
 *
 * @throws {UserError} if it cannot be read or is no such file.
 */
export function openTorch(location: URL): Promise<ArrayFile> {
  return guarded(location, "a state dict is needed: torch.save(model.state_dict(), FILE) writes one", async () => {
    const source = await openSource(location);
    try {
      const legacy = source.size >= legacyMagic.length && isLegacyTorch(await source.read(0, legacyMagic.length));
      const contents = legacy ? await legacyContents(source) : await zipContents(source);
      const tensors = new Map(contents.tensors.map((tensor) => [tensor.name, tensor]));
      return {
        shapes: new Map([...tensors].map(([name, { shape }]) => [name, shape])),
        metadata: {},
        async tensor(name) {
          const tensor = held(tensors, name);
          return { shape: tensor.shape, data: await readTensor(tensor, contents) };
        },
        [Symbol.asyncDispose]: () => source[Symbol.asyncDispose](),
      };
    } catch (error) {
      await source[Symbol.asyncDispose]();
      throw error;
    }
  });
}

/** Reads a tensor, whatever the order in which its axes lie in the storage. */
async function readTensor(tensor: TorchTensor, contents: Contents) {
  const { name, shape, stride, offset, storage } = tensor;
  const count = sizeOf(shape);
  const extent = count === 0 ? 0 : shape.reduce((last, side, axis) => last + (side - 1) * stride[axis], 1);
  if (!(offset + extent <= storage.count)) {
    throw new RangeError(`"${name}" of [${shape}] ends at element ${offset + extent} of ${storage.count}`);
  }
  // A stride of 0 repeats elements without end.
  if (count > extent) throw new RangeError(`"${name}" of [${shape}] has but ${extent} elements`);
  const { bytes, read } = numberTypes[storage.type];
  const stored = read((await contents.read(tensor, offset * bytes, extent * bytes)).buffer);
  const inOrder = shape.every((side, axis) => side <= 1 || stride[axis] === sizeOf(shape.slice(axis + 1)));
  return inOrder ? stored : gathered(stored, shape, stride);
}

/** The older form: magic number, protocol, system, state dict, order of the storages; then each with its length. */
async function legacyContents(source: ByteSource): Promise<Contents> {
  const bytes = await source.read(0, Math.min(source.size, mostPickled));
  const { tensors, order, end } = readStateDict(bytes, { start: legacyMagic.length, skip: 2, listed: true });
  const storages = new Map(tensors.map(({ storage }) => [storage.key, storage]));
  const starts = new Map<string, number>();
  let position = end;
  for (const key of order) {
    const storage = storages.get(key);
    const count = Number(new DataView((await source.read(position, 8)).buffer).getBigInt64(0, true));
    if (storage?.count !== count) {
      throw new RangeError(`its storage ${key} has ${count} elements, not ${storage?.count}`);
    }
    starts.set(key, position + 8);
    position += 8 + count * numberTypes[storage.type].bytes;
    if (position > source.size) throw new RangeError(`it ends at byte ${position} of ${source.size}: it is cut short`);
  }
  return {
    tensors,
    async read({ name, storage: { key } }, offset, length) {
      const start = starts.get(key);
      if (start === undefined) throw new RangeError(`"${name}" lies in a storage that is not there`);
      return await source.read(start + offset, length);
    },
  };
}

/** Whether a file of an archive is the pickle of a state dict. */
export function isTorchEntry(name: string): boolean {
  return name === "data.pkl" || name.endsWith("/data.pkl");
}

/** The zip archive: data.pkl, and each storage as an entry that is not compressed. */
async function zipContents(source: ByteSource): Promise<Contents> {
  const archive = await openZip(source);
  const pickle = archive.names.find(isTorchEntry);
  if (!pickle) throw new RangeError("it is an archive without a state dict");
  const entry = async (name: string, most: number) => {
    const bytes = await archive.read(name, { most });
    if (!archive.isStored(name)) throw new RangeError(`its entry ${name} is compressed, which PyTorch never does`);
    return bytes;
  };
  const bytes = await entry(pickle, mostPickled);
  const { tensors } = readStateDict(bytes, { start: 0, skip: 0, listed: false });
  const folder = pickle.slice(0, -"data.pkl".length);
  return {
    tensors,
    async read({ name, storage: { key } }, offset, length) {
      const content = await entry(`${folder}data/${key}`, source.size);
      if (offset + length > content.length) throw new RangeError(`"${name}" is cut short`);
      return content.slice(offset, offset + length);
    },
  };
}
