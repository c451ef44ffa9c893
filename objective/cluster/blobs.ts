/**
 * What is too large for messages: graphs, weights, and vectors that outlive their worker.
 *
 * @module
 */

import type { Blobs } from "../../base/cluster.ts";

/** The bytes of an array of numbers, without a copy. */
export function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** Bytes as float32 numbers: a copy unless they are aligned. */
export function floatsOf(bytes: Uint8Array): Float32Array {
  const { buffer, byteOffset, byteLength } = bytes;
  if (byteOffset % Float32Array.BYTES_PER_ELEMENT === 0) return new Float32Array(buffer, byteOffset, byteLength / 4);
  return new Float32Array(bytes.slice().buffer);
}

/** Blobs of one run: disposing of them removes what it has put and does not keep. */
export interface RecordedBlobs extends Blobs, AsyncDisposable {
  /** Names that are not removed when the run ends. */
  kept: ReadonlySet<string>;
}

/** Records what is put into a store. */
export function recorded(blobs: Blobs): RecordedBlobs {
  const names = new Set<string>();
  const self: RecordedBlobs = {
    kept: new Set(),
    async put(bytes) {
      const name = await blobs.put(bytes);
      names.add(name);
      return name;
    },
    get: (name) => blobs.get(name),
    async remove(given) {
      const gone = [...given];
      for (const name of gone) names.delete(name);
      await blobs.remove?.(gone);
    },
    [Symbol.asyncDispose]: async () => await blobs.remove?.([...names].filter((name) => !self.kept.has(name))),
  };
  return self;
}
