/**
 * Writes ONNX models: one function per protobuf message of onnx.proto3 (IR version 8), fields by their numbers there.
 *
 * @module
 */

const encoder = new TextEncoder();

/** A piece of a message; all are joined once at the end. */
export type Chunk = Uint8Array<ArrayBufferLike>;

/** Attribute value of a node: an integer, a float (wrapped, as JavaScript knows one kind of number), text or a list. */
export type AttributeValue = number | { readonly float: number } | string | readonly number[];

/** Numbers of a tensor. */
export type TensorData = Float32Array | Float16Array | BigInt64Array;

/** TensorProto, DataType FLOAT (1), FLOAT16 (10) or INT64 (7), its values in raw_data. */
export function tensor(name: string, shape: readonly number[], data: TensorData): Chunk[] {
  return [
    ...shape.flatMap((n) => integer(1, n)),
    ...integer(2, data instanceof Float32Array ? 1 : data instanceof Float16Array ? 10 : 7),
    ...text(8, name),
    ...bytes(9, [new Uint8Array(data.buffer, data.byteOffset, data.byteLength)]),
  ];
}

/** NodeProto. */
export function node(
  type: string,
  inputs: readonly string[],
  output: string,
  attributes: Readonly<Record<string, AttributeValue>>,
): Chunk[] {
  return [
    ...inputs.flatMap((name) => text(1, name)),
    ...text(2, output),
    ...text(3, output),
    ...text(4, type),
    ...Object.entries(attributes).flatMap(([name, value]) => bytes(5, attribute(name, value))),
  ];
}

/**
 * ValueInfoProto of a tensor.
 *
 * @param shape Undefined or a name for an axis whose size the model leaves open.
 * @param type DataType FLOAT (1) or INT64 (7).
 */
export function value(name: string, shape: readonly (number | string | undefined)[], type: 1 | 7 = 1): Chunk[] {
  const dimensions = shape.flatMap((n) =>
    bytes(1, n === undefined ? [] : typeof n === "string" ? text(2, n) : integer(1, n))
  );
  const tensorType = [...integer(1, type), ...bytes(2, dimensions)];
  return [...text(1, name), ...bytes(2, bytes(1, tensorType))];
}

/** ModelProto with its GraphProto, the default operator set in the given version, and texts about it. */
export function model(opset: number, graph: {
  readonly nodes: readonly Chunk[][];
  readonly initializers: readonly Chunk[][];
  readonly inputs: readonly Chunk[][];
  readonly outputs: readonly Chunk[][];
  readonly metadata?: Readonly<Record<string, string>>;
}): Uint8Array<ArrayBuffer> {
  const graphProto = [
    ...graph.nodes.flatMap((chunks) => bytes(1, chunks)),
    ...text(2, "impasto"),
    ...graph.initializers.flatMap((chunks) => bytes(5, chunks)),
    ...graph.inputs.flatMap((chunks) => bytes(11, chunks)),
    ...graph.outputs.flatMap((chunks) => bytes(12, chunks)),
  ];
  const operatorSet = [...text(1, ""), ...integer(2, opset)];
  const properties = Object.entries(graph.metadata ?? {}).flatMap(([name, value]) =>
    bytes(14, [...text(1, name), ...text(2, value)])
  );
  return join([
    ...integer(1, 8),
    ...text(2, "impasto"),
    ...bytes(7, graphProto),
    ...bytes(8, operatorSet),
    ...properties,
  ]);
}

/** AttributeProto of type FLOAT (1), INT (2), STRING (3) or INTS (7). */
function attribute(name: string, value: AttributeValue): Chunk[] {
  const named = text(1, name);
  if (typeof value === "number") return [...named, ...integer(3, value), ...integer(20, 2)];
  if (typeof value === "string") return [...named, ...text(4, value), ...integer(20, 3)];
  if ("float" in value) {
    const float = new Uint8Array(new Float32Array([value.float]).buffer);
    return [...named, key(2, 5), float, ...integer(20, 1)];
  }
  return [...named, ...value.flatMap((n) => integer(8, n)), ...integer(20, 7)];
}

function integer(field: number, value: number): Chunk[] {
  return [key(field, 0), varint(BigInt(value))];
}

function text(field: number, value: string): Chunk[] {
  return bytes(field, [encoder.encode(value)]);
}

function bytes(field: number, chunks: readonly Chunk[]): Chunk[] {
  const length = chunks.reduce((total, chunk) => total + chunk.length, 0);
  return [key(field, 2), varint(BigInt(length)), ...chunks];
}

function key(field: number, wireType: number): Chunk {
  return varint(BigInt(field << 3 | wireType));
}

/** Base 128, low digits first; negative numbers as 64-bit two's complement. */
function varint(value: bigint): Chunk {
  const digits: number[] = [];
  let rest = BigInt.asUintN(64, value);
  do {
    const digit = Number(rest & 127n);
    rest >>= 7n;
    digits.push(rest > 0n ? digit | 128 : digit);
  } while (rest > 0n);
  return Uint8Array.from(digits);
}

function join(chunks: readonly Chunk[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(chunks.reduce((total, chunk) => total + chunk.length, 0));
  let offset = 0;
  for (const chunk of chunks) {
    joined.set(chunk, offset);
    offset += chunk.length;
  }
  return joined;
}
