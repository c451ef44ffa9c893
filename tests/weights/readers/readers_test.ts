import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { pathToFileURL } from "node:url";
import { openAny } from "../../../weights/open_any.ts";
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
