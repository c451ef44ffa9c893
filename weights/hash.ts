import { createHash } from "node:crypto";
import { openSource } from "./source.ts";

/** Name of a hash that publishers of files state. */
export type HashKind = "sha256" | "md5";

const pieceBytes = 1 << 20;

/**
 * The hashes of a file in hexadecimal, all in one pass.
 *
 * @param from The byte at which the hashed part begins.
 * @throws {UserError} if the file cannot be read.
 */
export async function hashesOf<Kind extends HashKind>(
  location: URL,
  kinds: readonly Kind[],
  from = 0,
): Promise<Readonly<Record<Kind, string>>> {
  return await hashesOfAll([location], kinds, from);
}

/**
 * As {@linkcode hashesOf}, of several files as if they were one.
 *
 * @param from The byte of each at which the hashed part begins.
 */
export async function hashesOfAll<Kind extends HashKind>(
  locations: readonly URL[],
  kinds: readonly Kind[],
  from = 0,
): Promise<Readonly<Record<Kind, string>>> {
  const hashes = kinds.map((kind) => [kind, createHash(kind)] as const);
  for (const location of locations) {
    await using source = await openSource(location);
    for (let position = from; position < source.size; position += pieceBytes) {
      const piece = await source.read(position, Math.min(pieceBytes, source.size - position));
      for (const [, hash] of hashes) hash.update(piece);
    }
  }
  return Object.fromEntries(hashes.map(([kind, hash]) => [kind, hash.digest("hex")])) as Record<Kind, string>;
}
