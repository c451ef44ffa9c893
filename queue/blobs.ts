import { createHash } from "node:crypto";
import { isObject, type Json } from "../base/json.ts";
import { UserError } from "../base/errors.ts";
import { withoutSecrets } from "../base/addresses.ts";
import { openFileStore } from "./file_store.ts";
import type { Store } from "./store.ts";

/** The name of some bytes that all machines can read: it says what they must be. */
export interface Blob {
  /** SHA-256 of the bytes, in hexadecimal. */
  readonly sha256: string;
  /** Their number. */
  readonly bytes: number;
}

/** Bytes under their own hash, and notes under names that a job alone gives. */
export interface Blobs {
  /** Their address, without keys. */
  readonly address: string;
  /**
   * Keeps bytes.
   *
   * @throws {UserError} if they cannot be written.
   */
  put(bytes: Uint8Array<ArrayBuffer>): Promise<Blob>;
  /**
   * The bytes of a blob, which were checked.
   *
   * @throws {BlobLost} if they are not there, or are others. Those that are damaged are removed: the next `put` writes
   *   them anew.
   */
  get(blob: Blob): Promise<Uint8Array<ArrayBuffer>>;
  /** Whether a blob is there, which counts as new from now on. */
  has(blob: Blob): Promise<boolean>;
  /** Removes a blob that nobody needs. */
  drop(blob: Blob): Promise<void>;
  /** Writes a note, in the place of one that is there. */
  note(kind: NoteKind, id: string, note: Json): Promise<void>;
  /** Reads a note; undefined if there is none that is whole. */
  noted(kind: NoteKind, id: string): Promise<Json | undefined>;
}

/** What notes are about. */
export type NoteKind = "results" | "checkpoints";

/** A blob is not there, or is not what its name says. */
export class BlobLost extends Error {
  /** The name of its class. */
  override readonly name = "BlobLost";
}

/** Milliseconds for which a name may come late: folders of a network show what another machine renamed after a while. */
const lateness = 2000;

/** Milliseconds between two looks for a name that is late. */
const lookEvery = 100;

/**
 * Opens blobs.
 *
 * @param address `file:///FOLDER`, or `s3://BUCKET/PREFIX` with `?endpoint=URL&region=NAME` if need be.
 * @throws {UserError} if it is none of these, or cannot be used.
 */
export async function openBlobs(address: string): Promise<Blobs> {
  const url = URL.parse(address);
  const open = url?.protocol === "file:"
    ? openFileStore
    : url?.protocol === "s3:"
    ? (await import("./s3_store.ts")).openS3Store
    : undefined;
  if (!url || !open) {
    throw new UserError(`Cannot use ${address} for blobs: it is no folder and no bucket`, {
      hint: "such as --blobs file:///shared/impasto, or --blobs s3://BUCKET/impasto",
      exitCode: 2,
    });
  }
  return blobsIn(await open(url), withoutSecrets(address));
}

/** Blobs in a store. */
export function blobsIn(store: Store, address: string): Blobs {
  const read = async (key: string) => {
    for (const began = performance.now();;) {
      const bytes = await store.read(key);
      if (bytes || performance.now() - began > lateness) return bytes;
      await new Promise((resolve) => setTimeout(resolve, lookEvery));
    }
  };
  return {
    address,
    async put(bytes) {
      const blob = blobOf(bytes);
      const key = keyOf(blob);
      if (await store.renew(key) !== blob.bytes) await store.write(key, bytes);
      return blob;
    },
    async get(blob) {
      const key = keyOf(blob);
      const bytes = await read(key);
      if (!bytes) throw new BlobLost(`${nameOf(blob)} is not in ${address}`);
      if (blobOf(bytes).sha256 === blob.sha256) return bytes;
      await store.remove(key).catch(() => {});
      throw new BlobLost(
        bytes.length === blob.bytes
          ? `${nameOf(blob)} in ${address} is damaged`
          : `${nameOf(blob)} in ${address} has ${bytes.length} bytes instead of ${blob.bytes}`,
      );
    },
    has: async (blob) => await store.renew(keyOf(blob)) === blob.bytes,
    drop: (blob) => store.remove(keyOf(blob)),
    note: (kind, id, note) => store.write(`${kind}/${id}.json`, new TextEncoder().encode(JSON.stringify(note))),
    async noted(kind, id) {
      const bytes = await store.read(`${kind}/${id}.json`);
      try {
        const note: unknown = bytes && JSON.parse(new TextDecoder().decode(bytes));
        return isObject(note) ? note : undefined;
      } catch {
        return undefined;
      }
    },
  };
}

/** The name of bytes. */
export function blobOf(bytes: Uint8Array): Blob {
  return { sha256: createHash("sha256").update(bytes).digest("hex"), bytes: bytes.length };
}

/** How errors name a blob; whoever knows what it holds says that instead. */
export function nameOf({ sha256 }: Pick<Blob, "sha256">): string {
  return `blob ${sha256}`;
}

/** Whether something of a job is the name of a blob, and nothing that leads elsewhere. */
export function isBlob(value: unknown): value is Blob {
  return isObject(value) && /^[0-9a-f]{64}$/.test(String(value.sha256)) && Number.isSafeInteger(value.bytes);
}

/** Few file systems like a folder of a million files. */
function keyOf({ sha256 }: Blob): string {
  return `blobs/${sha256.slice(0, 2)}/${sha256}`;
}
