import { withoutSecrets } from "./addresses.ts";
import { messageOf, UserError } from "./errors.ts";
import { isPipe, readPipe } from "./pipes.ts";
import { defaultPatience, reasonOfFetch, watchdog } from "./patience.ts";

/** How {@linkcode readAll} reads. */
interface Reading {
  /** Ends a download. */
  readonly signal?: AbortSignal;
  /** Milliseconds within which bytes must come from a server. */
  readonly patience?: number;
}

/**
 * Reads a whole file, from disk or from the web.
 *
 * @throws {UserError} if it cannot be read.
 */
export async function readAll(location: URL, reading: Reading = {}): Promise<Uint8Array<ArrayBuffer>> {
  return (await readFrom(location, reading)).bytes;
}

/**
 * As {@linkcode readAll}, with the address that answered in the end: what a file names relative to itself starts there
 * (RFC 3986, 5.1.3).
 */
export async function readFrom(
  location: URL,
  { signal, patience = defaultPatience }: Reading = {},
): Promise<{ readonly bytes: Uint8Array<ArrayBuffer>; readonly location: URL }> {
  if (location.protocol === "file:") {
    const reading = await isPipe(location) ? readPipe(location) : Deno.readFile(location);
    const bytes = await reading.catch((error) => {
      throw cannotRead(location, error);
    });
    return { bytes, location };
  }
  using watch = watchdog(location, patience, signal);
  try {
    const response = await fetch(location, { signal: watch.signal });
    if (!response.ok) {
      await response.body?.cancel();
      throw new Error(answerOf(response));
    }
    const pieces: Uint8Array<ArrayBuffer>[] = [];
    for await (const piece of response.body ?? []) {
      watch.fed(piece.length);
      pieces.push(piece);
    }
    return {
      bytes: new Uint8Array(await new Blob(pieces).arrayBuffer()),
      location: response.redirected ? new URL(response.url) : location,
    };
  } catch (error) {
    if (signal?.aborted) {
      throw new UserError(`Interrupted while reading ${display(location)}`, {
        hint: "nothing is written",
        exitCode: 130,
      });
    }
    throw cannotRead(location, watch.stalled ? new Error("the server stalls") : error);
  }
}

/**
 * A URL as a person may see it: the path of a file, or the address without its secrets and without long data. For a
 * picture in memory it is the URL's hash: the place in its preset.
 */
export function display(location: URL | string): string {
  const { protocol, hash, pathname, href } = new URL(location);
  if (protocol === "blob:") return hash.slice(1) || "a picture in memory";
  if (protocol === "data:") return href.length > 60 ? `${href.slice(0, 50)}…` : href;
  return protocol === "file:" ? decoded(pathname) : withoutSecrets(href);
}

/** The path of a URL without its percent escapes; unchanged if they are no valid UTF-8. */
export function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** A sentence on a failed response: the status, and its text if there is one. */
export function answerOf({ status, statusText }: Response): string {
  return `the server answered ${status} ${statusText}`.trimEnd();
}

/** The error for a location that cannot be read. */
export function cannotRead(location: URL, error: unknown): UserError {
  const isFolder = error instanceof Deno.errors.IsADirectory;
  const reason = error instanceof Deno.errors.NotFound
    ? "there is no such file"
    : isFolder
    ? "it is a folder"
    : messageOf(reasonOfFetch(error));
  return new UserError(`Cannot read ${display(location)}: ${reason}`, {
    hint: isFolder
      ? "name one of its files"
      : error instanceof Deno.errors.PermissionDenied
      ? "its owner has to let you read it"
      : "check the path or the address",
    code: "unreadable",
    cause: error,
  });
}
