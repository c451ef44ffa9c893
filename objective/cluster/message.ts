/**
 * Messages between coordinator and workers: JSON, in which arrays of numbers lie as they are.
 *
 * @module
 */
import { UserError } from "../../base/errors.ts";

/** The arrays that a message may hold, by the names that they have in it. */
const arrays = { f16: Float16Array, f32: Float32Array, f64: Float64Array, i16: Int16Array, u8: Uint8Array } as const;

type Kind = keyof typeof arrays;
type Numbers = InstanceType<typeof arrays[Kind]>;

/** Where each array begins: a multiple of the longest element. */
const alignment = 8;

/** Length of the header's own length. */
const prefix = 8;

/** A value as bytes: whatever JSON holds, and arrays of numbers in it. */
export function encode(value: unknown): Uint8Array<ArrayBuffer> {
  const parts: Numbers[] = [];
  let length = 0;
  const header = new TextEncoder().encode(JSON.stringify(value, (_, inner) => {
    const kind = kindOf(inner);
    if (!kind) return inner;
    const at = length;
    parts.push(inner);
    length += alignment * Math.ceil(inner.byteLength / alignment);
    return { "@": kind, at, length: inner.length };
  }));
  const start = startAfter(header.length);
  const bytes = new Uint8Array(start + length);
  new DataView(bytes.buffer).setUint32(0, header.length, true);
  bytes.set(header, prefix);
  let at = start;
  for (const part of parts) {
    bytes.set(new Uint8Array(part.buffer, part.byteOffset, part.byteLength), at);
    at += alignment * Math.ceil(part.byteLength / alignment);
  }
  return bytes;
}

/**
 * The value of a message. Its arrays are copies.
 *
 * @throws {UserError} if the bytes are no message.
 */
export function decode<T>(bytes: Uint8Array): T {
  try {
    const length = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0, true);
    const start = startAfter(length);
    return JSON.parse(new TextDecoder().decode(bytes.subarray(prefix, prefix + length)), (_, inner) => {
      if (typeof inner !== "object" || inner === null || !Object.hasOwn(inner, "@")) return inner;
      const { "@": kind, at, length } = inner as { readonly "@": Kind; readonly at: number; readonly length: number };
      const from = start + at;
      const size = length * arrays[kind].BYTES_PER_ELEMENT;
      if (from + size > bytes.length) throw new RangeError("it ends too early");
      return new arrays[kind](bytes.slice(from, from + size).buffer);
    }) as T;
  } catch (error) {
    throw new UserError("A message of the cluster is damaged", {
      hint: "coordinator and workers should be of one version",
      cause: error,
    });
  }
}

function kindOf(value: unknown): Kind | undefined {
  if (!ArrayBuffer.isView(value)) return undefined;
  const kind = (Object.keys(arrays) as Kind[]).find((kind) => value instanceof arrays[kind]);
  if (!kind) throw new TypeError(`Cannot send ${value.constructor.name}`);
  return kind;
}

function startAfter(header: number): number {
  return alignment * Math.ceil((prefix + header) / alignment);
}
