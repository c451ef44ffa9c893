import { writeAll } from "../base/file_io.ts";

/** An array to write, of any shape. */
export interface WritableTensor<Data extends Float32Array | Float16Array | Uint8Array = Float32Array> {
  /** The size of each axis. */
  readonly shape: readonly number[];
  /** Row-major. */
  readonly data: Data;
}

type AnyTensor = WritableTensor<Float32Array | Float16Array | Uint8Array>;

/**
 * Writes a safetensors file of float32, float16 and byte arrays, one after the other without a copy. A file at the path
 * is overwritten in place: pass the path of a temporary file, and rename it.
 *
 * @param arrays Arrays by name, in the order in which they are stored.
 * @param metadata Texts for the header's `__metadata__`.
 */
export async function writeSafetensors(
  path: string,
  arrays: Readonly<Record<string, AnyTensor>>,
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  using file = await Deno.open(path, { write: true, create: true, truncate: true });
  await writeAll(file, safetensorsHeader(arrays, metadata));
  for (const { data } of Object.values(arrays)) {
    await writeAll(file, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
}

/** The length of the header and the header, padded so that the arrays begin at a multiple of 8 bytes. */
export function safetensorsHeader(
  arrays: Readonly<Record<string, AnyTensor>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  let offset = 0;
  const entries = Object.entries(arrays).map(([name, { shape, data }]) => {
    const start = offset;
    offset += data.byteLength;
    return [name, {
      dtype: data instanceof Float32Array ? "F32" : data instanceof Float16Array ? "F16" : "U8",
      shape,
      data_offsets: [start, offset],
    }];
  });
  const json = JSON.stringify({ __metadata__: metadata, ...Object.fromEntries(entries) });
  const text = new TextEncoder().encode(json);
  const length = Math.ceil(text.length / 8) * 8;
  const bytes = new Uint8Array(8 + length).fill(0x20);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.set(text, 8);
  return bytes;
}
