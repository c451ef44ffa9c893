import { messageOf, UserError } from "./errors.ts";

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

/**
 * A URL as a person writes it: the path of a file, or the URL itself. For a picture in memory it is the URL's hash:
 * the place in its preset.
 */
export function display(location: URL | string): string {
  const { protocol, hash, pathname, href } = new URL(location);
  if (protocol === "blob:") return hash.slice(1) || "a picture in memory";
  return protocol === "file:" ? decoded(pathname) : href;
}

/** The path of a URL without its escapes; as it is where they are no proper text. */
export function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** What a server said instead of giving a file: a number, and words if it has any. */
export function answerOf({ status, statusText }: Response): string {
  return `the server answered ${status} ${statusText}`.trimEnd();
}

/** The error of a location that cannot be read. */
export function cannotRead(location: URL, error: unknown): UserError {
  const reason = error instanceof Deno.errors.NotFound ? "there is no such file" : messageOf(error);
  return new UserError(`Cannot read ${display(location)}: ${reason}`, {
    hint: "check the path or the address",
    cause: error,
  });
}
