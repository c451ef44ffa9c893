import { createHash } from "node:crypto";
import { openSource } from "./source.ts";

const pieceBytes = 1 << 20;

/** The SHA-256 and the MD5 of a file from some byte on, in hexadecimal. */
export async function hashesOf(location: URL, from = 0): Promise<{ sha256: string; md5: string }> {
  await using source = await openSource(location);
  const [sha256, md5] = [createHash("sha256"), createHash("md5")];
  for (let position = from; position < source.size; position += pieceBytes) {
    const piece = await source.read(position, Math.min(pieceBytes, source.size - position));
    sha256.update(piece);
    md5.update(piece);
  }
  return { sha256: sha256.digest("hex"), md5: md5.digest("hex") };
}
