import { type Blob, type Blobs, isBlob } from "./blobs.ts";
import { isObject } from "../base/json.ts";
import { UserError } from "../base/errors.ts";

/** Bytes from which on a body goes by a blob: Redis holds all that it has in memory. */
const large = 32_768;

/** The bytes of a message or an answer, as the queue carries them. */
export type Body = { readonly text: string } | { readonly blob: Blob; readonly skip: number };

/**
 * Packs bytes.
 *
 * @param salt Stands before what becomes a blob, so that it is nobody else's, and can be dropped.
 */
export async function packBody(bytes: Uint8Array, blobs: Blobs, salt: string): Promise<Body> {
  if (bytes.length < large) return { text: bytes.toBase64() };
  const head = new TextEncoder().encode(`${salt}\n`);
  const whole = new Uint8Array(head.length + bytes.length);
  whole.set(head);
  whole.set(bytes, head.length);
  return { blob: await blobs.put(whole), skip: head.length };
}

/**
 * Unpacks bytes.
 *
 * @throws {BlobLost} if their blob is not there.
 * @throws {UserError} if they are none.
 */
export async function unpackBody(body: unknown, blobs: Blobs): Promise<Uint8Array> {
  if (isObject(body) && typeof body.text === "string") return Uint8Array.fromBase64(body.text);
  if (isObject(body) && isBlob(body.blob)) return (await blobs.get(body.blob)).subarray(Number(body.skip));
  throw new UserError("A message about a tile is damaged", {
    hint: "workers and coordinators have to be of one version",
  });
}
