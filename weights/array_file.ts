import type { Tensor } from "../graph/tensor.ts";
import { messageOf, UserError } from "../base/errors.ts";
import { display } from "../base/read.ts";

/** An open weights file of any format: its names are known, its arrays are read when asked for. */
export interface ArrayFile extends AsyncDisposable {
  /** The shape of every array by name, in the order in which reading them is fastest. */
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  /** What else the file says of itself, by key. */
  readonly metadata: Readonly<Record<string, string>>;
  /** The mean pixel (red, green, blue, 0..255) that the file says to take away. */
  readonly mean?: readonly number[];
  /** Reads one array as float32; several may be asked for at once. Throws a UserError if the file is damaged. */
  tensor(name: string): Promise<Tensor>;
}

/**
 * What a reader found wrong, as the user's error; what is no fault of the file passes as it is. Readers throw a
 * RangeError, and what the libraries under them throw is of any kind.
 *
 * @param hint What would be right.
 */
export function damaged(location: URL, error: unknown, hint: string): UserError {
  if (error instanceof UserError) return error;
  return new UserError(`Cannot use ${display(location)} as weights: ${printable(messageOf(error))}`, {
    hint,
    cause: error,
  });
}

const longestText = 300;

/** A text that holds what a file says, fit for a terminal: short, and without what would steer it. */
export function printable(text: string): string {
  const plain = text.replaceAll(/\p{Cc}/gu, "�");
  return plain.length > longestText ? `${plain.slice(0, longestText)}…` : plain;
}

/** What a file holds under a name. Throws a RangeError if it holds nothing there. */
export function held<T>(arrays: ReadonlyMap<string, T>, name: string): T {
  const array = arrays.get(name);
  if (array === undefined) throw new RangeError(`it holds no "${name}"`);
  return array;
}

/** Guards a reader: whatever goes wrong while it opens or reads becomes the user's error. */
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
