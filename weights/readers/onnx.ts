/** An input or output of a model: a tensor of float32, with the sizes of its axes where they are fixed. */
export interface OnnxValue {
  readonly name: string;
  /** DataType of onnx.proto3; 1 is FLOAT. */
  readonly type: number;
  /** Undefined for an axis of any size. */
  readonly shape: readonly (number | undefined)[];
}

/** What a model takes and gives. */
export interface OnnxOutline {
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
}

/** A field of a protobuf message: a number, or the bytes of a text or of another message. */
interface Field {
  readonly number: number;
  readonly value: number | Uint8Array;
}

/** The most inputs and outputs that are looked at, and axes of each. */
const [mostValues, mostAxes] = [64, 16];

/**
 * Reads what a model takes and gives, without its weights.
 *
 * @throws {RangeError} if it is no model, is cut short, or keeps weights in other files.
 */
export function outlineOf(model: Uint8Array): OnnxOutline {
  const graphs = messagesIn(model, 7);
  if (graphs.length !== 1) throw new RangeError("it holds no graph");
  const initialised = new Set<string>();
  const [inputs, outputs]: [OnnxValue[], OnnxValue[]] = [[], []];
  for (const { number, value } of fieldsOf(graphs[0])) {
    if (!(value instanceof Uint8Array)) continue;
    if (number === 5) initialised.add(initialiserIn(value));
    if (number === 11) inputs.push(valueIn(value));
    if (number === 12) outputs.push(valueIn(value));
  }
  const free = inputs.filter(({ name }) => !initialised.has(name));
  if (free.length > mostValues || outputs.length > mostValues) {
    throw new RangeError("it has too many inputs or outputs");
  }
  return { inputs: free, outputs };
}

/** The name of a TensorProto. */
function initialiserIn(bytes: Uint8Array): string {
  let name = "";
  for (const { number, value } of fieldsOf(bytes)) {
    if (number === 8) name = textOf(value);
    if (number === 14 && value === 1) throw new RangeError("its weights lie in other files");
  }
  return name;
}

/** A ValueInfoProto. */
function valueIn(bytes: Uint8Array): OnnxValue {
  let name = "";
  let type = 0;
  const shape: (number | undefined)[] = [];
  for (const { number, value } of fieldsOf(bytes)) {
    if (number === 1) name = textOf(value);
    if (number !== 2 || !(value instanceof Uint8Array)) continue;
    for (const tensor of messagesIn(value, 1)) {
      for (const { number, value } of fieldsOf(tensor)) {
        if (number === 1 && typeof value === "number") type = value;
        if (number !== 2 || !(value instanceof Uint8Array)) continue;
        for (const axis of messagesIn(value, 1)) {
          const size = [...fieldsOf(axis)].find(({ number }) => number === 1)?.value;
          shape.push(typeof size === "number" && size > 0 ? size : undefined);
          if (shape.length > mostAxes) throw new RangeError("one of its tensors has too many axes");
        }
      }
    }
  }
  return { name, type, shape };
}

function messagesIn(bytes: Uint8Array, wanted: number): Uint8Array[] {
  return [...fieldsOf(bytes)].flatMap(({ number, value }) =>
    number === wanted && value instanceof Uint8Array ? [value] : []
  );
}

function textOf(value: number | Uint8Array): string {
  return typeof value === "number" ? "" : new TextDecoder().decode(value.subarray(0, 1000));
}

function* fieldsOf(bytes: Uint8Array): Generator<Field> {
  let at = 0;
  /** Base 128, low digits first. Beyond 2⁵³ digits are lost: no size or length is so large. */
  const varint = () => {
    for (let value = 0, factor = 1, digits = 0; digits < 10; factor *= 128, digits++) {
      if (at >= bytes.length) throw new RangeError("it is cut short");
      const byte = bytes[at++];
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
    throw new RangeError("it is damaged: a number in it does not end");
  };
  while (at < bytes.length) {
    const key = varint();
    const [number, wire] = [Math.floor(key / 8), key % 8];
    if (wire === 0) {
      yield { number, value: varint() };
      continue;
    }
    const length = wire === 2 ? varint() : wire === 1 ? 8 : wire === 5 ? 4 : NaN;
    if (Number.isNaN(length) || number === 0) throw new RangeError("it is damaged: it has a field of no known kind");
    if (at + length > bytes.length) throw new RangeError("it is cut short");
    yield { number, value: bytes.subarray(at, at + length) };
    at += length;
  }
}
