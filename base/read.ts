import { withoutSecrets } from "./addresses.ts";
import { messageOf, UserError } from "./errors.ts";

/**
 * Reads a whole file, from disk or from the web.
 *
 * @param signal Ends a download.
 * @throws {UserError} if it cannot be read.
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
  const reason = error instanceof Deno.errors.NotFound ? "there is no such file" : messageOf(error);
  return new UserError(`Cannot read ${display(location)}: ${reason}`, {
    hint: "check the path or the address",
    cause: error,
  });
}
