import { isCounts, type NumberType } from "./numbers.ts";
import { PickledDictionary, type PickleFunction, Pickles } from "./pickle.ts";

/** The pickled part of a .pth file. */
export interface StateDict {
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

type View = Omit<TorchTensor, "name">;

const storageTypes: Readonly<Record<string, NumberType>> = {
  FloatStorage: "f32",
  HalfStorage: "f16",
  BFloat16Storage: "bf16",
  DoubleStorage: "f64",
};

/** What a network needs, with room: more is meant to fill the memory. */
const [mostDictionaries, mostNesting, longestName, mostAxes] = [1000, 64, 1000, 32];

/** The class of a storage. */
class StorageClass {
  constructor(readonly type: NumberType | undefined) {}
}

const view: PickleFunction = ([storage, offset, shape, stride]) => ({ storage, offset, shape, stride });

/** Python 2 passes the entries at once, Python 3 adds them one by one. */
const orderedDict: PickleFunction = ([entries]) => {
  const dictionary = new PickledDictionary();
  if (entries === undefined) return dictionary;
  if (!Array.isArray(entries)) throw new RangeError("its dictionary is made of what is no list");
  for (const entry of entries.splice(0)) {
    if (!Array.isArray(entry)) throw new RangeError("its dictionary is made of what are no pairs");
    dictionary.entries.push([entry[0], entry[1]]);
  }
  return dictionary;
};

/** Stands for values that people save beside weights: nothing of them is read, and nothing is called. */
const beside: PickleFunction = () => null;

const besides = [
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

/** The few classes and functions of a state dict; no others can be called. */
const known: Readonly<Record<string, unknown>> = {
  "collections OrderedDict": orderedDict,
  "collections defaultdict": () => new PickledDictionary(),
  "torch._utils _rebuild_tensor": view,
  "torch._utils _rebuild_tensor_v2": view,
  "torch._utils _rebuild_parameter": ([parameter]: readonly unknown[]) => parameter,
  ...Object.fromEntries(
    Object.entries(storageTypes).map(([name, type]) => [`torch ${name}`, new StorageClass(type)]),
  ),
  // Integers, such as the number of batches seen: no weights, but in many files.
  ...Object.fromEntries(
    ["Long", "Int", "Short", "Char", "Byte", "Bool"].map((type) => [
      `torch ${type}Storage`,
      new StorageClass(undefined),
    ]),
  ),
  ...Object.fromEntries(besides.map((name) => [name, beside])),
};

const names = {
  global(module: string, name: string): unknown {
    const path = `${module} ${name}`;
    if (Object.hasOwn(known, path)) return known[path];
    throw new RangeError(`it asks for ${module}.${name}: only the plain tensors of a state dict are read`);
  },
  persistent(id: unknown): unknown {
    const [kind, storage, key, , count, part] = Array.isArray(id) ? id : [];
    const known = kind === "storage" && storage instanceof StorageClass && typeof key === "string" && !part;
    if (!known) throw new RangeError("it names a tensor's place in no known way");
    return { type: storage.type, key, count };
  },
};

/** Pickles one after another: `skip` others, the state dict, and the keys of the storages in order if `listed`. */
interface PickledParts {
  readonly start: number;
  readonly skip: number;
  readonly listed: boolean;
}

/**
 * Reads the pickles of a .pth file.
 *
 * @throws {RangeError} if they are damaged, hold no state dict, or ask for anything else.
 */
export function readStateDict(bytes: Uint8Array<ArrayBuffer>, { start, skip, listed }: PickledParts): StateDict {
  const pickles = new Pickles(bytes, start, names);
  for (let i = 0; i < skip; i++) pickles.next();
  const root = pickles.next();
  if (!(root instanceof PickledDictionary)) throw new RangeError("it holds no state dict");
  const tensors: TorchTensor[] = [];
  collect(root, "", 0, new Set(), tensors);
  const order = listed ? pickles.next() : [];
  const isOrder = Array.isArray(order) && order.every((key) => typeof key === "string");
  if (!isOrder) throw new RangeError("it does not list its storages");
  return { tensors, order, end: pickles.position };
}

/** Finds the tensors of a dictionary and of those within it: checkpoints keep the state dict beside other things. */
function collect(
  state: PickledDictionary,
  path: string,
  depth: number,
  seen: Set<unknown>,
  into: TorchTensor[],
) {
  if (seen.has(state)) return;
  seen.add(state);
  if (seen.size > mostDictionaries || depth > mostNesting) {
    throw new RangeError("it holds too many dictionaries to be a state dict");
  }
  for (const [key, value] of new Map(state.entries)) {
    if (typeof key !== "string") continue;
    const inner = value instanceof PickledDictionary;
    if (!inner && !isView(value)) continue;
    if (path.length + key.length > longestName) throw new RangeError("its names are too long for a state dict");
    if (inner) collect(value, `${path}${key}.`, depth + 1, seen, into);
    else into.push({ name: path + key, ...value });
  }
}

function isView(value: unknown): value is View {
  const { shape, stride, offset, storage } = (value ?? {}) as Partial<View>;
  return isShort(shape) && isShort(stride) && stride.length === shape.length && isCounts([offset]) &&
    storage?.type !== undefined && isCounts([storage.count]);
}

/** Whether a value is a list of whole numbers, no longer than a shape: one list may stand in many tensors. */
function isShort(value: unknown): value is number[] {
  return Array.isArray(value) && value.length <= mostAxes && isCounts(value);
}
