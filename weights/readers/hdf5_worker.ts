/**
 * The worker in which jsfive reads an HDF5 file: the library trusts the file, so it runs under watch.
 *
 * @module
 */
import * as jsfive from "npm:jsfive@0.4.2";
import { sizeOf } from "../../graph/mod.ts";
import { type Answer, serve } from "../../base/worker/server.ts";

/** A request: to open a file, then to read one of its arrays. */
export type Hdf5Request = { readonly open: ArrayBuffer } | { readonly read: string };

/** The answer: names and shapes of all arrays, or the values of one. */
export type Hdf5Result = readonly (readonly [string, readonly number[]])[] | Float32Array<ArrayBuffer>;

/** The part of jsfive's objects that is used; the package brings no types. */
interface Group {
  readonly keys: readonly string[];
  get(name: string): Group | Dataset | null;
}
interface Dataset {
  readonly shape: readonly number[];
  readonly dtype: unknown;
  readonly value: ArrayLike<number>;
}

const mostArrays = 10_000;
const mostNesting = 16;

let fileBytes = 0;
const datasets = new Map<string, Dataset>();

serve((request: Hdf5Request): Answer<Hdf5Result> => {
  if ("open" in request) return { result: open(request.open) };
  const values = read(request.read);
  return { result: values, transfer: [values.buffer] };
});

function open(buffer: ArrayBuffer): Hdf5Result {
  fileBytes = buffer.byteLength;
  collect(new jsfive.File(buffer, "") as Group, "", 0);
  return [...datasets].map(([name, { shape }]) => [name, [...shape]]);
}

function collect(group: Group, path: string, depth: number) {
  if (depth > mostNesting) throw new RangeError("its groups lie too deep in each other");
  for (const key of group.keys) {
    const child = group.get(key);
    if (child instanceof jsfive.Dataset) datasets.set(path + key, child as Dataset);
    else if (child) collect(child as Group, `${path}${key}/`, depth + 1);
    if (datasets.size > mostArrays) throw new RangeError("it holds too many arrays to be a network");
  }
}

function read(name: string): Float32Array<ArrayBuffer> {
  const dataset = datasets.get(name)!;
  const count = sizeOf(dataset.shape);
  // Compression may shrink trained weights a little, but not to a quarter of a byte each.
  if (!(count <= 4 * fileBytes)) throw new RangeError(`"${name}" promises more than the file can hold`);
  if (!/^[<|][fiu][1248]$/.test(String(dataset.dtype))) {
    throw new RangeError(`"${name}" has the type ${dataset.dtype}, and no numbers`);
  }
  const { value } = dataset;
  if (value.length !== count) throw new RangeError(`"${name}" holds ${value.length} values where it needs ${count}`);
  return Float32Array.from(value);
}
