/** Types of stored numbers, little-endian as on every machine that Deno runs on, and their conversion to float32. */
export const numberTypes = {
  f32: { bytes: 4, read: (buffer: ArrayBuffer) => new Float32Array(buffer) },
  f16: { bytes: 2, read: (buffer: ArrayBuffer) => Float32Array.from(new Float16Array(buffer)) },
  // It is the upper half of a float32.
  bf16: {
    bytes: 2,
    read: (buffer: ArrayBuffer) => new Float32Array(Uint32Array.from(new Uint16Array(buffer), (n) => n << 16).buffer),
  },
  f64: { bytes: 8, read: (buffer: ArrayBuffer) => Float32Array.from(new Float64Array(buffer)) },
  i8: { bytes: 1, read: (buffer: ArrayBuffer) => Float32Array.from(new Int8Array(buffer)) },
  u8: { bytes: 1, read: (buffer: ArrayBuffer) => Float32Array.from(new Uint8Array(buffer)) },
  i16: { bytes: 2, read: (buffer: ArrayBuffer) => Float32Array.from(new Int16Array(buffer)) },
  u16: { bytes: 2, read: (buffer: ArrayBuffer) => Float32Array.from(new Uint16Array(buffer)) },
  i32: { bytes: 4, read: (buffer: ArrayBuffer) => Float32Array.from(new Int32Array(buffer)) },
  u32: { bytes: 4, read: (buffer: ArrayBuffer) => Float32Array.from(new Uint32Array(buffer)) },
  i64: { bytes: 8, read: (buffer: ArrayBuffer) => Float32Array.from(new BigInt64Array(buffer), Number) },
  u64: { bytes: 8, read: (buffer: ArrayBuffer) => Float32Array.from(new BigUint64Array(buffer), Number) },
} as const;

/** Name of a type of stored numbers. */
export type NumberType = keyof typeof numberTypes;

/** Whether a value is a list of whole numbers, none below 0: a shape, or positions in a file. */
export function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);
}

/** Names of types of whole numbers, and of floats of 8 bits, in all formats. */
const quantised = /^[<>|=]?(u?int|[iu]\d|b(ool|1|yte)\b|f8_|char|short|long)/i;

/** The error for an array of a type that no reader takes. */
export class NumberTypeError extends RangeError {
  /** What to do; undefined if the format's own advice will do. */
  readonly hint?: string;

  /**
   * An error of an array.
   *
   * @param name The array.
   * @param type Its type, as the format calls it.
   * @param readable The types that can be read.
   */
  constructor(name: string, type: string, readable: readonly string[]) {
    const isQuantised = quantised.test(type);
    const why = isQuantised ? ": the network is quantised" : "";
    super(`"${name}" has the type ${type}, not one of ${readable.join(", ")}${why}`);
    if (isQuantised) this.hint = "take the file from before it was quantised, of float32, float16 or bfloat16";
  }
}
