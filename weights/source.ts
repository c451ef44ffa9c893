import { readInto } from "../base/file_io.ts";
import { cannotRead, readAll } from "../base/read.ts";
import { isPipe } from "../base/pipes.ts";
import { turns } from "../base/turns.ts";
import { DownloadError } from "./download.ts";
import { localCopy } from "./web_copy.ts";

/** A file that is read in parts, so that it need not be in memory as a whole. */
export interface ByteSource extends AsyncDisposable {
  readonly size: number;
  /** Reads exactly `length` bytes. Any number of reads may be under way at once. Throws if the source ends before. */
  read(offset: number, length: number): Promise<Uint8Array<ArrayBuffer>>;
}

/**
 * Opens a file or an address; a copy of a file on the web is kept in the cache.
 *
 * @param location A `file:`, `http:` or `https:` URL.
 * @throws {UserError} if it cannot be opened.
 */
export async function openSource(location: URL): Promise<ByteSource> {
  const isPiped = await isPipe(location);
  if (location.protocol === "file:" && !isPiped) return await openFile(location);
  if (isPiped || !/^https?:$/.test(location.protocol)) return fromBytes(await readAll(location));
  const copy = await localCopy(location).catch((error) => {
    throw error instanceof DownloadError ? cannotRead(location, error) : error;
  });
  return copy ? await openFile(copy) : fromBytes(await readAll(location));
}

/** A source of bytes in memory. */
export function fromBytes(bytes: Uint8Array<ArrayBuffer>): ByteSource {
  return {
    size: bytes.length,
    read: (offset, length) =>
      offset + length <= bytes.length
        ? Promise.resolve(bytes.slice(offset, offset + length))
        : Promise.reject(new RangeError("unexpected end")),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

async function openFile(location: URL): Promise<ByteSource> {
  try {
    const file = await Deno.open(location);
    const { size, isDirectory } = await file.stat();
    if (isDirectory) {
      file.close();
      throw new Error("it is a folder");
    }
    // The file has one position.
    const inTurn = turns();
    return {
      size,
      read: (offset, length) =>
        inTurn(async () => {
          await file.seek(offset, Deno.SeekMode.Start);
          const bytes = new Uint8Array(length);
          if (!await readInto(file, bytes)) throw new RangeError("unexpected end");
          return bytes;
        }),
      [Symbol.asyncDispose]() {
        file.close();
        return Promise.resolve();
      },
    };
  } catch (error) {
    throw cannotRead(location, error);
  }
}
