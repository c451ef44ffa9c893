import { sizeOf } from "../../graph/mod.ts";
import { type ArrayFile, guarded, held } from "../array_file.ts";
import { type ByteSource, openSource } from "../source.ts";
import { contained } from "./contained.ts";
import { numberTypes } from "./numbers.ts";
import type { TorchContents, TorchRequest, TorchTensor } from "./torch_worker.ts";

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
 * Opens a state dict that PyTorch saved, as a zip archive or in the older form. Tensors are named as there,
 * `features.0.weight`.
 *
 * @throws {UserError} if it cannot be read or is no such file.
 */
export function openTorch(location: URL): Promise<ArrayFile> {
  return guarded(location, "a state dict that torch.save wrote is needed; fetch it again", async () => {
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

async function readTensor(tensor: TorchTensor, contents: Contents) {
  const { name, shape, stride, offset, storage } = tensor;
  const count = sizeOf(shape);
  if (offset + count > storage.count) {
    throw new RangeError(`"${name}" of [${shape}] ends at element ${offset + count} of ${storage.count}`);
  }
  if (shape.some((side, axis) => side > 1 && stride[axis] !== sizeOf(shape.slice(axis + 1)))) {
    throw new RangeError(`"${name}" is stored with gaps or turned around`);
  }
  const { bytes, read } = numberTypes[storage.type];
  return read((await contents.read(tensor, offset * bytes, count * bytes)).buffer);
}

async function unpickled(request: TorchRequest): Promise<TorchContents> {
  const module = new URL("./torch_worker.ts", import.meta.url);
  await using library = contained<TorchRequest, TorchContents>(module, request.bytes.length);
  return await library.ask(request);
}

/** The older form: magic number, protocol, system, state dict, order of the storages; then each with its length. */
async function legacyContents(source: ByteSource): Promise<Contents> {
  const bytes = await source.read(0, Math.min(source.size, mostPickled));
  const { tensors, order, end } = await unpickled({ bytes, start: legacyMagic.length, skip: 2, listed: true });
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

/** The zip archive: data.pkl, and each storage as an entry that is not compressed. */
async function zipContents(source: ByteSource): Promise<Contents> {
  // Loaded only when it is needed: few runs read such files.
  const { configure, Reader, Uint8ArrayWriter, ZipReader } = await import("npm:@zip.js/zip.js@2.24.0");
  configure({ useWebWorkers: false });
  class SourceReader extends Reader<ByteSource> {
    override size = source.size;
    override async readUint8Array(index: number, length: number): Promise<Uint8Array> {
      if (index >= this.size) return new Uint8Array();
      return await source.read(index, Math.min(length, this.size - index));
    }
  }
  const archive = new ZipReader(new SourceReader(source));
  const entries = new Map((await archive.getEntries()).map((entry) => [entry.filename, entry]));
  const pickle = [...entries.keys()].find((name) => name === "data.pkl" || name.endsWith("/data.pkl"));
  if (!pickle) throw new RangeError("it is an archive without a state dict");
  const entry = async (name: string, most: number) => {
    const found = entries.get(name);
    if (!found || found.directory) throw new RangeError(`its entry ${name} is missing`);
    if (found.compressionMethod !== 0 || found.uncompressedSize !== found.compressedSize) {
      throw new RangeError(`its entry ${name} is compressed, which PyTorch never does`);
    }
    if (found.uncompressedSize > most) throw new RangeError(`its entry ${name} has ${found.uncompressedSize} bytes`);
    return await found.getData(new Uint8ArrayWriter()) as Uint8Array<ArrayBuffer>;
  };
  const bytes = await entry(pickle, mostPickled);
  const { tensors } = await unpickled({ bytes, start: 0, skip: 0, listed: false });
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
