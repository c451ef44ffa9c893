import type { Tensor } from "../graph/tensor.ts";
import { messageOf, UserError } from "../base/errors.ts";
import { NumberTypeError } from "./readers/numbers.ts";
import { display } from "../base/read.ts";

/** An open weights file of any format: names and shapes are known, arrays are read when asked for. */
export interface ArrayFile extends AsyncDisposable {
  /** The shape of every array by name, in the order in which reading them is fastest. */
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  /** The file's metadata by key. */
  readonly metadata: Readonly<Record<string, string>>;
  /** The other files that belong to it, in order: its shards. */
  readonly parts?: readonly URL[];
  /** The mean pixel (red, green, blue, 0..255) to subtract, if the file says it. */
  readonly mean?: readonly number[];
  /** Reads one array as float32; several may be asked for at once. Throws a UserError if the file is damaged. */
  tensor(name: string): Promise<Tensor>;
}

/**
 * The UserError for a reader's error; a UserError is returned as it is. Readers throw a RangeError, their libraries
 * errors of any kind.
 *
 * @param hint What file is needed.
 */
export function damaged(location: URL, error: unknown, hint: string): UserError {
  if (error instanceof UserError) return error;
  return new UserError(`Cannot use ${display(location)} as weights: ${printable(messageOf(error))}`, {
    code: "weights-unusable",
    hint: error instanceof NumberTypeError && error.hint || hint,
    cause: error,
  });
}

const longestText = 300;

/** A text from a file, made safe for a terminal: short, and without control characters. */
export function printable(text: string): string {
  const plain = text.replaceAll(/\p{Cc}/gu, "�");
  return plain.length > longestText ? `${plain.slice(0, longestText)}…` : plain;
}

/** A file's entry of a name. Throws a RangeError if there is none. */
export function held<T>(arrays: ReadonlyMap<string, T>, name: string): T {
  const array = arrays.get(name);
  if (array === undefined) throw new RangeError(`it holds no "${name}"`);
  return array;
}

/** Guards a reader: every error while it opens or reads becomes a UserError. */
export async function guarded(
  location: URL,
  hint: string,
  open: () => Promise<ArrayFile>,
): Promise<ArrayFile> {
  const file = await open().catch((error) => {
    throw damaged(location, error, hint);
  });
  return {
    shapes: file.shapes,
    metadata: file.metadata,
    mean: file.mean,
    parts: file.parts,
    async tensor(name) {
      try {
        return await file.tensor(name);
      } catch (error) {
        throw damaged(location, error, hint);
      }
    },
    [Symbol.asyncDispose]: () => file[Symbol.asyncDispose](),
  };
}
