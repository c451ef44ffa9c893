import { lateImport } from "../../base/late_import.ts";
import { messageOf } from "../../base/errors.ts";
import type { ByteSource } from "../source.ts";

/** The most by which an entry may grow: trained weights hardly shrink, and more is meant to fill the memory. */
const mostGrowth = 32;
const alwaysAllowed = 64e6;

/** An open zip archive. */
export interface Archive {
  /** The names of its files. */
  readonly names: readonly string[];
  /** Whether a file is stored as it is. */
  isStored(name: string): boolean;
  /**
   * The bytes of a file, or the first ones alone.
   *
   * @param options `summed` checks the sum of a whole file; PyTorch may leave it out.
   * @throws {RangeError} if there is none, it has more than `most` bytes, or is damaged.
   */
  read(name: string, options?: { most?: number; first?: number; summed?: boolean }): Promise<Uint8Array<ArrayBuffer>>;
}

/** Whether a file's first bytes are those of a zip archive. */
export function isZip(head: Uint8Array): boolean {
  return [0x50, 0x4b, 0x03, 0x04].every((byte, i) => head[i] === byte);
}

/** Opens a zip archive; the source stays the caller's. */
export async function openZip(source: ByteSource): Promise<Archive> {
  // Loaded only when it is needed: few runs read such files.
  const { configure, Reader, ZipReader } = await lateImport<typeof import("npm:@zip.js/zip.js@2.24.0")>(
    "npm:@zip.js/zip.js@2.24.0",
  );
  configure({ useWebWorkers: false });
  class SourceReader extends Reader<ByteSource> {
    override size = source.size;
    override async readUint8Array(index: number, length: number): Promise<Uint8Array> {
      if (index >= this.size) return new Uint8Array();
      return await source.read(index, Math.min(length, this.size - index));
    }
  }
  const all = await new ZipReader(new SourceReader(source)).getEntries();
  const entries = new Map(all.flatMap((entry) => entry.directory ? [] : [[entry.filename, entry] as const]));
  return {
    names: [...entries.keys()],
    isStored: (name) => {
      const { compressionMethod, uncompressedSize, compressedSize } = entries.get(name) ?? {};
      return compressionMethod === 0 && uncompressedSize === compressedSize;
    },
    async read(name, { most = Infinity, first = Infinity, summed = false } = {}) {
      const entry = entries.get(name);
      if (!entry) throw new RangeError(`its entry ${name} is missing`);
      const { uncompressedSize: size, compressedSize } = entry;
      if (size > most) throw new RangeError(`its entry ${name} has ${size} bytes`);
      if (compressedSize > source.size || size > Math.max(alwaysAllowed, mostGrowth * compressedSize)) {
        throw new RangeError(`its entry ${name} promises more than it can hold`);
      }
      const bytes = new Uint8Array(Math.min(size, first));
      let done = 0;
      let stopped = false;
      const sink = new WritableStream<Uint8Array>({
        write(chunk) {
          const part = chunk.subarray(0, bytes.length - done);
          bytes.set(part, done);
          done += part.length;
          stopped = done === bytes.length && size > first;
          if (stopped) throw new RangeError("it has enough");
          if (part.length < chunk.length) throw new RangeError(`its entry ${name} is longer than it says`);
        },
      });
      await entry.getData(sink, { checkSignature: summed }).catch((error) => {
        if (!stopped) throw new RangeError(`its entry ${name} is damaged: ${messageOf(error)}`, { cause: error });
      });
      if (done < bytes.length) throw new RangeError(`its entry ${name} is cut short`);
      return bytes;
    },
  };
}
