/**
 * The worker in which pickleparser reads the pickles of a .pth file. Names resolve to the few classes and functions of
 * a state dict, so no others can be called.
 *
 * @module
 */
import { BufferReader, Parser } from "npm:pickleparser@0.2.1";
import { type Answer, serve } from "../../base/worker/server.ts";
import { isCounts, type NumberType } from "./numbers.ts";

/** Pickles one after another: `skip` others, then the state dict. */
export interface TorchRequest {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly start: number;
  readonly skip: number;
  /** Whether a pickle with the keys of the storages in order follows. */
  readonly listed: boolean;
}

/** The pickled part of a .pth file. */
export interface TorchContents {
  readonly tensors: readonly TorchTensor[];
  /** The keys of the storages in order; empty unless `listed`. */
  readonly order: readonly string[];
  /** The byte at which the pickles end. */
  readonly end: number;
}

/** A tensor as a view of a storage; lengths in elements. */
export interface TorchTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly stride: readonly number[];
  readonly offset: number;
  readonly storage: Storage;
}

interface Storage {
  readonly type: NumberType;
  readonly key: string;
  readonly count: number;
}

const storageTypes: Readonly<Record<string, NumberType>> = {
  FloatStorage: "f32",
  HalfStorage: "f16",
  BFloat16Storage: "bf16",
  DoubleStorage: "f64",
};

const mostDictionaries = 1000;

type View = Omit<TorchTensor, "name">;

const view = (storage: Storage, offset: number, shape: number[], stride: number[]): View => ({
  storage,
  offset,
  shape,
  stride,
});

/** Stands for values that people save beside weights: nothing of them is read, and nothing is called. */
function Beside() {
  return { __setstate__() {} };
}

const beside = [
  "argparse Namespace",
  "_codecs encode",
  "numpy dtype",
  "numpy.core.multiarray scalar",
  "numpy._core.multiarray scalar",
  "pathlib PosixPath",
  "pathlib WindowsPath",
  "torch Size",
  "torch device",
  "torch.torch_version TorchVersion",
];

const known: Readonly<Record<string, unknown>> = {
  // Python 2 passes its entries at once, Python 3 adds them one by one.
  "collections OrderedDict": (entries: [unknown, unknown][] = []) => new Map(entries),
  "collections defaultdict": () => new Map(),
  "torch._utils _rebuild_tensor": view,
  "torch._utils _rebuild_tensor_v2": view,
  "torch._utils _rebuild_parameter": (parameter: View) => parameter,
  ...Object.fromEntries(Object.entries(storageTypes).map(([name, type]) => [`torch ${name}`, { type }])),
  // Integers, such as the number of batches seen: no weights, but in many files.
  ...Object.fromEntries(
    ["Long", "Int", "Short", "Char", "Byte", "Bool"].map((type) => [`torch ${type}Storage`, { type: undefined }]),
  ),
  ...Object.fromEntries(beside.map((name) => [name, Beside])),
};

const parser = new Parser({
  unpicklingTypeOfDictionary: "Map",
  nameResolver: {
    // deno-lint-ignore no-explicit-any -- the library's type knows functions and classes alone.
    resolve(module, name): any {
      const path = `${module} ${name}`;
      if (Object.hasOwn(known, path)) return known[path];
      throw new RangeError(`it asks for ${module}.${name}: only the plain tensors of a state dict are read`);
    },
  },
  persistentResolver: {
    resolve(id): Storage {
      const [kind, storage, key, , count, part] = id as unknown as unknown[];
      if (kind !== "storage" || typeof key !== "string" || part) {
        throw new RangeError("it names a tensor's place in no known way");
      }
      return { type: (storage as Storage).type, key, count: Number(count) };
    },
  },
});

// The library warns of integers that it cannot represent; the reader reports a bad tensor itself.
console.warn = () => {};

serve(({ bytes, start, skip, listed }: TorchRequest): Answer<TorchContents> => {
  const reader = new BufferReader(bytes.subarray(start));
  for (let i = 0; i < skip; i++) parser.read(reader);
  const tensors = tensorsIn(parser.read(reader));
  const order = listed ? (parser.read<unknown[]>(reader)).map(String) : [];
  return { result: { tensors, order, end: start + reader.position } };
});

function tensorsIn(root: unknown): TorchTensor[] {
  if (!(root instanceof Map)) throw new RangeError("it holds no state dict");
  const tensors: TorchTensor[] = [];
  collect(root, "", new Set(), tensors);
  return tensors;
}

/** Finds the tensors of a dictionary and of those within it: checkpoints keep the state dict beside other things. */
function collect(state: Map<unknown, unknown>, path: string, seen: Set<unknown>, into: TorchTensor[]) {
  if (seen.has(state)) return;
  seen.add(state);
  if (seen.size > mostDictionaries) throw new RangeError("it holds too many dictionaries to be a state dict");
  for (const [key, value] of state) {
    if (typeof key !== "string") continue;
    if (value instanceof Map) collect(value, `${path}${key}.`, seen, into);
    else if (isView(value)) into.push({ name: path + key, ...value });
  }
}

function isView(value: unknown): value is View {
  const { shape, stride, offset, storage } = (value ?? {}) as Partial<View>;
  return isCounts(shape) && isCounts(stride) && stride.length === shape.length && isCounts([offset]) &&
    storage?.type !== undefined && isCounts([storage.count]);
}
