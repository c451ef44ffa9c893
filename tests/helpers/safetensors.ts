/** An array of a weights file; `bytes` are the elements as they are stored. */
interface StoredArray {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

/** A safetensors file as bytes. */
export function safetensors(arrays: Readonly<Record<string, StoredArray>>): Uint8Array {
  let offset = 0;
  const header = Object.fromEntries(
    Object.entries(arrays).map(([name, { dtype, shape, bytes }]) => {
      const entry = { dtype, shape, data_offsets: [offset, offset + bytes.length] };
      offset += bytes.length;
      return [name, entry];
    }),
  );
  return withHeader(JSON.stringify(header), ...Object.values(arrays).map(({ bytes }) => bytes));
}

/** A file with any header text and what follows it. */
export function withHeader(header: string, ...parts: readonly Uint8Array[]): Uint8Array {
  const text = new TextEncoder().encode(header);
  const length = new Uint8Array(new BigUint64Array([BigInt(text.length)]).buffer);
  return Uint8Array.from([length, text, ...parts].flatMap((part) => [...part]));
}

/** A float32 array. */
export function f32(shape: readonly number[], values: Iterable<number>): StoredArray {
  return { dtype: "F32", shape, bytes: new Uint8Array(Float32Array.from(values).buffer) };
}

/** A float32 array of one value. */
export function filled(shape: readonly number[], value: number): StoredArray {
  const size = shape.reduce((product, n) => product * n, 1);
  return f32(shape, new Float32Array(size).fill(value));
}
