import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { pathToFileURL } from "node:url";
import { openAny } from "../../../weights/open_any.ts";
import { clearError } from "../../helpers/errors.ts";
import { temporaryFolder } from "../../helpers/folders.ts";
import { inRoot, inShared, needingShared } from "../../helpers/shared.ts";
import { first, firstKernelHwio, weightsFile } from "../../helpers/weights_files.ts";

const hwio = firstKernelHwio(false);

/** What each file of make.py holds: its names, shapes and values, as the library that wrote it would give them. */
const contents: Readonly<Record<string, Record<string, [readonly number[], Float32Array]>>> = {
  "flat.h5": {
    "block1_conv1/block1_conv1_W_1:0": [[3, 3, 3, 64], hwio],
    "block1_conv1/block1_conv1_b_1:0": [[64], first.bias],
  },
  "nested.h5": {
    "block1_conv1/block1_conv1/bias:0": [[64], first.bias],
    "block1_conv1/block1_conv1/kernel:0": [[3, 3, 3, 64], hwio],
  },
  "chunked.h5": {
    "block1_conv1/block1_conv1_W_1:0": [[3, 3, 3, 64], hwio],
    "block1_conv1/block1_conv1_b_1:0": [[64], first.bias],
  },
  "new.mat": {
    "conv1_1/kernel": [[3, 3, 3, 64], firstKernelHwio(true)],
    "conv1_1/bias": [[64], first.bias],
    "fc6/kernel": [[7, 7, 2, 5], new Float32Array(490)],
    "fc6/bias": [[5], new Float32Array(5)],
  },
  "old.mat": {
    "conv1_1/kernel": [[3, 3, 3, 64], firstKernelHwio(true)],
    "conv1_1/bias": [[64], first.bias],
  },
  "plain/model.json": {
    "block1_conv1/kernel": [[3, 3, 3, 64], hwio],
    "block1_conv1/bias": [[64], first.bias],
  },
  "quantised": {
    "block1_conv1/kernel": [[3, 3, 3, 64], hwio],
    "block1_conv1/bias": [[64], first.bias],
  },
  "keras3.weights.h5": { "layers/conv2d/vars/0": [[3, 3, 3, 64], hwio], "layers/conv2d/vars/1": [[64], first.bias] },
  "model.keras": { "layers/conv2d/vars/0": [[3, 3, 3, 64], hwio], "layers/conv2d/vars/1": [[64], first.bias] },
  "plain.npz": { conv1_1_W: [[3, 3, 3, 64], firstKernelHwio(true)], conv1_1_b: [[64], first.bias] },
  "compressed.npz": { conv1_1_W: [[3, 3, 3, 64], firstKernelHwio(true)], conv1_1_b: [[64], first.bias] },
  "sharded": { "features.0.weight": [[64, 3, 3, 3], first.kernel], "features.0.bias": [[64], first.bias] },
  "bare.pth": { "0.weight": [[64, 3, 3, 3], first.kernel], "0.bias": [[64], first.bias] },
  "checkpoint.pth": {
    "model_state_dict.features.0.weight": [[64, 3, 3, 3], first.kernel],
    "model_state_dict.features.0.bias": [[64], first.bias],
    "ema.features.0.weight": [[64, 3, 3, 3], first.kernel.map((n) => n + 1)],
    "ema.features.0.bias": [[64], first.bias.map((n) => n + 1)],
  },
  ...Object.fromEntries(["zip.pth", "legacy.pth", "python2.pth", "half.pth"].map((name) => [name, {
    "features.0.weight": [[64, 3, 3, 3], first.kernel] as [number[], Float32Array],
    "features.0.bias": [[64], first.bias] as [number[], Float32Array],
    "classifier.0.weight": [[4, 4], new Float32Array(16)] as [number[], Float32Array],
  }])),
};

for (const [name, arrays] of Object.entries(contents)) {
  Deno.test(`${name} reads as what was written: names, shapes, values`, async () => {
    await using file = await openAny(weightsFile(name));
    assert.deepEqual([...file.shapes.keys()].sort(), Object.keys(arrays).sort());
    for (const [array, [shape, values]] of Object.entries(arrays)) {
      const { shape: found, data } = await file.tensor(array);
      assert.deepEqual(found, shape, array);
      assert.deepEqual(data, values, array);
    }
  });
}

Deno.test("both structures of MatConvNet give their mean pixel, red first", async () => {
  for (const name of ["new.mat", "old.mat"]) {
    await using file = await openAny(weightsFile(name));
    assert.deepEqual(file.mean!.map((level) => Number(level.toPrecision(6))), [123.68, 116.779, 103.939], name);
  }
});

Deno.test("arrays of a compressed .mat can be read in any order", async () => {
  await using file = await openAny(weightsFile("new.mat"));
  for (const array of ["fc6/kernel", "conv1_1/kernel", "fc6/bias", "conv1_1/kernel"]) {
    assert.deepEqual((await file.tensor(array)).data, contents["new.mat"][array][1], array);
  }
});

const script = `
import h5py, hashlib, json, sys
arrays = {}
def add(name, item):
    if isinstance(item, h5py.Dataset):
        values = item[()].astype("<f4")
        arrays[name] = [list(values.shape), hashlib.sha256(values.tobytes()).hexdigest()]
h5py.File(sys.argv[1]).visititems(add)
print(json.dumps(arrays))
`;

/** What h5py says of every array: shape, and the hash of its float32 values. Nothing where there is no h5py. */
async function fromH5py(path: string): Promise<Record<string, [number[], string]> | undefined> {
  try {
    const { stdout } = await promisify(execFile)("python3", ["-c", script, path], { maxBuffer: 1e7 });
    return JSON.parse(stdout);
  } catch {
    return undefined;
  }
}

const squeezenet = "weights/squeezenet-keras-notop.h5";
const due = await fromH5py(inShared(squeezenet));

Deno.test({
  ...needingShared(squeezenet, "a real Keras file reads as h5py reads it, array by array", async () => {
    await using file = await openAny(pathToFileURL(inShared(squeezenet)));
    const found: Record<string, [readonly number[], string]> = {};
    for (const name of file.shapes.keys()) {
      const { shape, data } = await file.tensor(name);
      const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", data));
      found[name] = [shape, hash.toHex()];
    }
    assert(Object.keys(found).length > 40);
    assert.deepEqual(found, due);
  }),
  ignore: due === undefined,
});

Deno.test("tensors in any order of their axes, and inside others, read as they are", async () => {
  await using file = await openAny(weightsFile("strided.pth"));
  assert.deepEqual((await file.tensor("features.0.weight")).data, first.kernel);
  assert.deepEqual((await file.tensor("features.0.bias")).data, first.bias);
  assert.deepEqual(await file.tensor("turned"), { shape: [64, 3, 3, 3], data: first.kernel });
});

Deno.test("what is no weights file is one line that says what it is", async () => {
  const { clearError } = await import("../../helpers/errors.ts");
  const { temporaryFolder } = await import("../../helpers/folders.ts");
  await using folder = await temporaryFolder();
  const cases: Readonly<Record<string, [string, RegExp]>> = {
    "empty": ["", /it is empty/],
    "page": ["<!DOCTYPE html><title>Sign in</title>", /it is a web page/],
    "new.mat": ["MATLAB 7.3 MAT-file, Platform: GLNXA64", /a \.mat file of version 7\.3/],
    "text": ["hello", /it has no known format/],
    "lfs.pth": [
      "version https://git-lfs.github.com/spec/v1\noid sha256:dcbb\nsize 574673361\n",
      /it is a Git LFS pointer/,
    ],
    "denied.h5": ['<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>', /it is a message of a server/],
    "a.npy": ["\u0093NUMPY\u0001\0", /it is a single array of NumPy, \.npy/],
    "a.tar.gz": ["\u001f\u008b\u0008\0", /it is an archive$/],
    "a.onnx": ["\u0008\u0007\u0012\u0007pytorch\u001a\u00052.1.0", /it is a model in ONNX/],
    "a.caffemodel": ["\n\u0014VGG_ILSVRC_19_layers\u0012\u0004data", /it is a model of Caffe/],
    "a.prototxt": ['name: "VGG_ILSVRC_19_layers"\nlayers {', /it is a model of Caffe/],
    "a.t7": ["\u0004\0\0\0\u0001\0\0\0\u0003\0\0\0V 1", /it is a model of Lua Torch/],
    "a.pkl": ["\u0080\u0004\u0095\u0010", /it is a Python pickle/],
    "a.jpg": ["\u00ff\u00d8\u00ff\u00e0", /it is a JPEG picture/],
    "lines": ["\nhello", /it has no known format/],
    "more": ["\n\nhello", /it has no known format/],
  };
  for (const [name, [content, message]] of Object.entries(cases)) {
    await folder.write(name, Uint8Array.from(content, (char) => char.charCodeAt(0)));
    const error = await clearError(() => openAny(folder.url(name)));
    assert(error.message.startsWith(`Cannot use ${folder.at(name)} as weights: `), error.message);
    assert.match(error.message, message);
  }
  assert.match(
    (await clearError(() => openAny(pathToFileURL(inRoot("cli"))))).message,
    /model\.json: there is no such/,
  );
});

/** Array i of the files of kinds: (i + k mod 101) / 64. */
const numbered = (i: number, length: number) => Float32Array.from({ length }, (_, k) => (i + k % 101) / 64);

/** Bytes that nothing compresses. */
function noise(length: number): Float32Array {
  let state = 1n;
  return Float32Array.from({ length }, () => {
    state = (1103515245n * state + 12345n) % 2n ** 31n;
    return Number(state >> 16n & 255n);
  });
}

for (const name of ["kinds.h5", "ordered.h5", "latest.h5"]) {
  Deno.test(`${name}, with numbers of every type and layout, and groups of every kind, is read`, async () => {
    await using file = await openAny(weightsFile(name));
    const types = ["f2", "f4", "f8", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8"];
    const due = new Map<string, [number[], Float32Array]>([
      ...types.map((type, i): [string, [number[], Float32Array]] => [
        `types/${type}`,
        [[5, 3], numbered(i, 15).map((value) => Math.floor(8 * value))],
      ]),
      ["layouts/scalar", [[], Float32Array.of(2.5)]],
      ["layouts/compact", [[5, 3], numbered(1, 15)]],
      ...Array.from({ length: 80 }, (_, i): [string, [number[], Float32Array]] => [
        `many/kernel_of_layer_${i}`,
        [[2], numbered(i, 2)],
      ]),
    ]);
    if (name !== "latest.h5") {
      due.set("layouts/chunks", [[7, 5, 3, 11], numbered(2, 7 * 5 * 3 * 11)]);
      due.set("layouts/one_chunk", [[5, 3], numbered(3, 15)]);
      due.set("layouts/noise", [[256], noise(256)]);
      due.set("layouts/bytes", [[9], Float32Array.from({ length: 9 }, (_, i) => i)]);
    }
    assert.deepEqual([...file.shapes.keys()].sort(), [...due.keys()].sort());
    for (const [array, [shape, values]] of due) {
      assert.deepEqual(await file.tensor(array), { shape, data: values }, array);
    }
  });
}

Deno.test("a chunk of HDF5 that was changed fails its sum", async () => {
  await using folder = await temporaryFolder();
  const bytes = await Deno.readFile(weightsFile("kinds.h5"));
  // The chunk of whole numbers from 0 on, which nothing compresses.
  const at = bytes.findIndex((_, i) => [0, 1, 2, 3, 4].every((value, k) => bytes[i + k] === value));
  bytes[at + 2] ^= 4;
  await folder.write("sum.h5", bytes);
  await using file = await openAny(folder.url("sum.h5"));
  const { message } = await clearError(() => file.tensor("layouts/bytes"));
  assert.match(message, /a chunk in it is damaged$/);
});

Deno.test("a chunk of HDF5 that stands twice is told", async () => {
  await using folder = await temporaryFolder();
  const bytes = await Deno.readFile(weightsFile("kinds.h5"));
  const view = new DataView(bytes.buffer);
  // The tree of the chunked bytes: two entries of 32 bytes, the first of a chunk of 5 bytes and their sum of 4.
  const isTree = (at: number) =>
    view.getUint32(at, true) === 0x45455254 && bytes[at + 4] === 1 && view.getUint16(at + 6, true) === 2 &&
    view.getUint32(at + 24, true) === 9;
  const at = bytes.findIndex((_, i) => i + 120 < bytes.length && isTree(i));
  assert(at > 0);
  bytes.copyWithin(at + 24 + 64, at + 24 + 32, at + 24 + 64);
  view.setUint16(at + 6, 3, true);
  await folder.write("twice.h5", bytes);
  await using file = await openAny(folder.url("twice.h5"));
  const { message } = await clearError(() => file.tensor("layouts/bytes"));
  assert.match(message, /"layouts\/bytes" has 2 of its 2 chunks, in 3 places$/);
});
