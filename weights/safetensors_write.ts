import type { Tensor } from "./array_file.ts";

/**
 * A safetensors file of float32 arrays, as bytes. The numbers begin at a multiple of 8 bytes, as the format's own
 * writer has it.
 *
 * @param metadata What the file says of itself; the format allows texts alone.
 */
export function toSafetensors(
  arrays: ReadonlyMap<string, Tensor>,
  metadata: Readonly<Record<string, string>>,
): Uint8Array<ArrayBuffer> {
  let end = 0;
  const entries = [...arrays].map(([name, { shape, data }]) => {
    const start = end;
    end += data.byteLength;
    return [name, { dtype: "F32", shape, data_offsets: [start, end] }] as const;
  });
  const json = new TextEncoder().encode(
    JSON.stringify({ __metadata__: metadata, ...Object.fromEntries(entries) }),
  );
  const headerLength = Math.ceil(json.length / 8) * 8;
  const bytes = new Uint8Array(8 + headerLength + end);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerLength), true);
  bytes.fill(0x20, 8, 8 + headerLength).set(json, 8);
  for (const [i, { data }] of [...arrays.values()].entries()) {
    bytes.set(
      new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
      8 + headerLength + entries[i][1].data_offsets[0],
    );
  }
  return bytes;
}
