/**
 * Arrays of numbers as the bytes of blobs.
 *
 * @module
 */

/** The bytes of an array of numbers, without a copy. */
export function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/**
 * An array of numbers as a blob of one run's own, which it may remove: the same numbers in another run have another name.
 *
 * @param seal Random bytes of the run; none for a store that no other run sees, which saves a copy.
 */
export function sealed(array: Float32Array, seal: Uint8Array): Uint8Array {
  if (seal.length === 0) return bytesOf(array);
  const bytes = new Uint8Array(seal.length + array.byteLength);
  bytes.set(seal);
  bytes.set(bytesOf(array), seal.length);
  return bytes;
}

/** The numbers of {@linkcode sealed}. */
export function unsealed(bytes: Uint8Array, { length }: Uint8Array): Float32Array {
  return floatsOf(bytes.subarray(length));
}

/** Bytes as float32 numbers: a copy unless they are aligned. */
export function floatsOf(bytes: Uint8Array): Float32Array {
  const { buffer, byteOffset, byteLength } = bytes;
  if (byteOffset % Float32Array.BYTES_PER_ELEMENT === 0) return new Float32Array(buffer, byteOffset, byteLength / 4);
  return new Float32Array(bytes.slice().buffer);
}
