/**
 * Pipes in the place of files: each gives its bytes once, so they are kept.
 *
 * @module
 */

/** The location of standard input, `-` for short. */
export const standardInput = "file:///dev/stdin";

/** What pipes gave, by their locations. */
const given = new Map<string, Promise<Uint8Array<ArrayBuffer>>>();

/** Whether a location is that of an open stream of this process, which means nothing to another one. */
export function isStream(location: URL | string): boolean {
  return /^file:\/\/\/(dev\/stdin|(dev|proc\/self)\/fd\/\d+)$/.test(String(location));
}

/** Whether a location is that of a pipe: an open one, as `<(…)` makes them, or one with a name of its own. */
export async function isPipe(location: URL): Promise<boolean> {
  if (location.protocol !== "file:") return false;
  return isStream(location) || await Deno.stat(location).then(({ isFifo }) => isFifo ?? false, () => false);
}

/** Reads a pipe to its end; the second time, what it gave the first. */
export function readPipe(location: URL): Promise<Uint8Array<ArrayBuffer>> {
  const known = given.get(location.href);
  if (known) return known;
  const isInput = /\/(stdin|fd\/0)$/.test(location.pathname);
  // Standard input needs no permission, its path does.
  const bytes = isInput ? new Response(Deno.stdin.readable).bytes() : Deno.readFile(location);
  given.set(location.href, bytes);
  return bytes;
}
