import { turns } from "../base/turns.ts";
import { messageOf, UserError } from "../base/errors.ts";
import { answerOf, DownloadError } from "./download.ts";
import { localCopy } from "./web_copy.ts";

/** Bytes that are read in parts, so that a large file need not be in memory. */
export interface ByteSource extends AsyncDisposable {
  readonly size: number;
  /** Reads exactly `length` bytes. Any number of reads may be under way at once. Throws if the source ends before. */
  read(offset: number, length: number): Promise<Uint8Array<ArrayBuffer>>;
}

/**
 * Opens a file or an address; a copy of what is at an address is kept in the cache.
 *
 * @param location A `file:`, `http:` or `https:` URL.
 * @throws {UserError} where it cannot be opened.
 */
export async function openSource(location: URL): Promise<ByteSource> {
  if (location.protocol === "file:") return await openFile(location);
  if (!/^https?:$/.test(location.protocol)) return fromBytes(await readAll(location));
  const copy = await localCopy(location).catch((error) => {
    throw error instanceof DownloadError ? cannotRead(location, error) : error;
  });
  return copy ? await openFile(copy) : fromBytes(await readAll(location));
}

/**
 * Reads a file or an address whole.
 *
 * @param signal Ends a download.
 * @throws {UserError} where it cannot be read.
 */
export async function readAll(location: URL, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>> {
  try {
    if (location.protocol === "file:") return await Deno.readFile(location);
    const response = await fetch(location, { signal });
    if (!response.ok) throw new Error(answerOf(response));
    return await response.bytes() as Uint8Array<ArrayBuffer>;
  } catch (error) {
    if (signal?.aborted) {
      throw new UserError(`Interrupted while reading ${display(location)}`, {
        hint: "nothing is written",
        exitCode: 130,
      });
    }
    throw cannotRead(location, error);
  }
}

/** A location as a person writes it: the path of a file, or the URL; of a picture in memory where its preset holds it. */
export function display(location: URL): string {
  if (location.protocol === "blob:") return location.hash.slice(1) || "a picture in memory";
  return location.protocol === "file:" ? decoded(location.pathname) : location.href;
}

/** The path of a URL without its escapes; as it is where they are no proper text. */
export function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function fromBytes(bytes: Uint8Array<ArrayBuffer>): ByteSource {
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
          for (let done = 0; done < length;) {
            const count = await file.read(bytes.subarray(done));
            if (count === null) throw new RangeError("unexpected end");
            done += count;
          }
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

function cannotRead(location: URL, error: unknown): UserError {
  const reason = error instanceof Deno.errors.NotFound ? "there is no such file" : messageOf(error);
  return new UserError(`Cannot read ${display(location)}: ${reason}`, {
    hint: "check the path or the address",
    cause: error,
  });
}
