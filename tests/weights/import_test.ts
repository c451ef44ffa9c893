import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { pathToFileURL } from "node:url";
import { type ImportOptions, importWeights } from "../../weights/import.ts";
import { locateNetwork } from "../../weights/locate.ts";
import { openSafetensors } from "../../weights/safetensors.ts";
import { removeStored, verifyStored } from "../../weights/store.ts";
import { cache } from "../helpers/cache.ts";
import { clearError } from "../helpers/errors.ts";
import { temporaryFolder } from "../helpers/folders.ts";
import { f32, safetensors } from "../helpers/safetensors.ts";
import { inShared, needingShared } from "../helpers/shared.ts";
import { first, weightsFile } from "../helpers/weights_files.ts";

/** Imports a file, and gives what was stored. */
async function imported(location: URL, options: Partial<ImportOptions> = {}) {
  const result = await importWeights(location, { name: "tested", ...options });
  await using file = await openSafetensors(pathToFileURL(result.path));
  const arrays: Record<string, Float32Array> = {};
  for (const name of file.shapes.keys()) arrays[name] = (await file.tensor(name)).data;
  return { ...result, arrays, shapes: file.shapes, metadata: file.metadata };
}

for (
  const name of [
    "flat.h5",
    "nested.h5",
    "chunked.h5",
    "keras3.weights.h5",
    "model.keras",
    "new.mat",
    "old.mat",
    "plain",
    "quantised/model.json",
    "plain.npz",
    "compressed.npz",
  ]
) {
  Deno.test(`${name} becomes kernels [out, in, h, w] that take blue first, and biases`, async () => {
    const { arrays, shapes, metadata, path, layers } = await imported(weightsFile(name));
    assert(path.startsWith(cache));
    assert.deepEqual([...shapes], [["conv1_1.weight", [64, 3, 3, 3]], ["conv1_1.bias", [64]]]);
    assert.deepEqual(arrays, { "conv1_1.weight": first.kernel, "conv1_1.bias": first.bias });
    assert.deepEqual(layers, ["conv1_1"]);
    const mean = { red: 123.68, green: 116.779, blue: 103.939 };
    assert.deepEqual(JSON.parse(metadata.input_convention), { order: "BGR", mean });
    assert.match(metadata.source_sha256, /^[0-9a-f]{64}$/);
    assert.equal(metadata.known, "no");
  });
}

/** conv1_1 of one pixel's neighbourhood [3 channels, 3, 3] that is all inside the picture. */
function convolved(kernel: Float32Array, input: (channel: number, place: number) => number, output: number): number {
  let sum = 0;
  for (let i = 0; i < 27; i++) sum += kernel[output * 27 + i] * input(Math.floor(i / 9), i % 9);
  return sum;
}

Deno.test("torchvision's kernels see our input as they saw theirs: 0..1, mean and deviation, red first", async () => {
  const level = (channel: number, place: number) => (37 * channel + 23 * place + 5) % 256;
  const [mean, deviation] = [[0.485, 0.456, 0.406], [0.229, 0.224, 0.225]];
  for (const name of ["zip.pth", "legacy.pth", "half.pth", "bare.pth", "checkpoint.pth", "strided.pth", "sharded"]) {
    const { arrays } = await imported(weightsFile(name));
    const { network } = await locateNetwork("vgg19", "stored:tested");
    assert.equal(network.input.order, "BGR");
    const ourMean = [network.input.mean.blue, network.input.mean.green, network.input.mean.red];
    for (let output = 0; output < 64; output++) {
      const theirs = convolved(first.kernel, (c, p) => (level(c, p) / 255 - mean[c]) / deviation[c], output);
      const ours = convolved(arrays["conv1_1.weight"], (c, p) => level(2 - c, p) - ourMean[c], output);
      assert(Math.abs(theirs - ours) < 1e-5, `${name}: ${theirs} and ${ours}`);
    }
    assert.deepEqual(arrays["conv1_1.bias"], first.bias);
  }
});

Deno.test("a .pth with Caffe's values, as other programs use it, is imported by its convention", async () => {
  const { arrays } = await imported(weightsFile("zip.pth"), { convention: "caffe" });
  assert.deepEqual(arrays["conv1_1.weight"], first.kernel);
});

Deno.test("weights import again from what was stored, with their input", async () => {
  await imported(weightsFile("zip.pth"), { name: "original" });
  const original = await locateNetwork("vgg19", "stored:original");
  const { arrays } = await imported(original.weights, { name: "copy" });
  const copy = await locateNetwork("vgg19", "stored:copy");
  assert.deepEqual(copy.network.input, original.network.input);
  await using file = await openSafetensors(original.weights);
  assert.deepEqual(arrays["conv1_1.weight"], (await file.tensor("conv1_1.weight")).data);
});

Deno.test("weights under a network's name are those that presets mean by it", async () => {
  await imported(weightsFile("flat.h5"), { name: "vgg16" });
  const { network, weights } = await locateNetwork("vgg16", "");
  assert.equal(network.name, "vgg16");
  assert(weights.pathname.endsWith("/weights/vgg16.safetensors"));
  assert(await removeStored("vgg16"));
  await clearError(() => locateNetwork("vgg16", ""));
});

Deno.test("verifying finds a single bit that changed since", async () => {
  const { path } = await imported(weightsFile("flat.h5"), { name: "turned" });
  await verifyStored("turned");
  const bytes = await Deno.readFile(path);
  bytes[bytes.length - 5] ^= 1;
  await Deno.writeFile(path, bytes);
  assert.match((await clearError(() => verifyStored("turned"))).message, /^The weights turned are damaged/);
});

Deno.test("files that fit no network, or hold no finite numbers, are one clear error and store nothing", async () => {
  await using folder = await temporaryFolder();
  const kernel = f32([64, 3, 3, 3], first.kernel);
  const bias = f32([64], first.bias);
  const cases: Readonly<Record<string, [Parameters<typeof safetensors>[0], RegExp]>> = {
    "no bias": [{ "conv1_1.weight": kernel }, /for vgg19, it holds no conv1_1\.bias/],
    "a gap": [
      { "conv1_1.weight": kernel, "conv1_1.bias": bias, "conv2_1.bias": f32([128], new Array(128).fill(0)) },
      /it holds no conv1_2\.weight/,
    ],
    "another shape": [
      { "conv1_1.weight": f32([64, 27], first.kernel), "conv1_1.bias": bias },
      /conv1_1\.weight should be \[64,3,3,3\], but is \[64,27\]/,
    ],
    "other arrays": [{ "dense.weight": kernel }, /it holds dense\.weight, and no convolutions of a VGG/],
    "a NaN": [{ "conv1_1.weight": f32([64, 3, 3, 3], first.kernel.with(5, NaN)), "conv1_1.bias": bias }, /damaged/],
  };
  for (const [what, [arrays, hint]] of Object.entries(cases)) {
    await folder.write(what, safetensors(arrays));
    const error = await clearError(() => importWeights(folder.url(what), { name: "refused" }));
    assert.match(error.hint!, hint);
  }
  await clearError(() => locateNetwork("vgg19", "stored:refused"));
});

Deno.test("names that lead out of the folder, or belong to what ships, are refused", async () => {
  for (const name of ["../x", "", "a/b", ".hidden", "vgg19-mini", "x".repeat(200)]) {
    assert.equal((await clearError(() => importWeights(weightsFile("flat.h5"), { name }))).exitCode, 2, name);
  }
});

Deno.test(needingShared(
  "weights/vgg19-conv1-3.mat",
  "the real first layers in MatConvNet's form are exactly those in safetensors",
  async () => {
    const { arrays, network } = await imported(pathToFileURL(inShared("weights/vgg19-conv1-3.mat")));
    assert.equal(network, "vgg19");
    await using due = await openSafetensors(pathToFileURL(inShared("weights/vgg19-conv1-3.safetensors")));
    assert.deepEqual(Object.keys(arrays).sort(), [...due.shapes.keys()].sort());
    for (const name of due.shapes.keys()) assert.deepEqual(arrays[name], (await due.tensor(name)).data, name);
  },
));

Deno.test("the hash of weights in shards covers the shards, and is what must be named", async () => {
  for (const [folder, index] of [["sharded", "model.safetensors.index.json"], ["quantised", "model.json"]]) {
    await using copy = await temporaryFolder();
    const names: string[] = [];
    for await (const { name } of Deno.readDir(weightsFile(folder))) {
      await Deno.copyFile(new URL(name, weightsFile(`${folder}/`)), copy.at(name));
      if (name !== index) names.push(name);
    }
    const whole = createHash("sha256");
    for (const name of [index, ...names.sort()]) whole.update(await Deno.readFile(copy.at(name)));
    const due = { sha256: whole.digest("hex") };
    const { sha256, metadata } = await imported(copy.url(index), { due });
    assert.deepEqual([sha256, metadata.source_sha256], [due.sha256, due.sha256]);
    const shard = await Deno.readFile(copy.at(names[0]));
    shard[shard.length - 1] ^= 1;
    await Deno.writeFile(copy.at(names[0]), shard);
    const error = await clearError(() => imported(copy.url(index), { due }));
    assert.match(error.message, /is not the file that it should be/);
  }
});

Deno.test("a quantised network, and one with batch normalisation, are refused by these names", async () => {
  await using folder = await temporaryFolder();
  const kernel = { dtype: "I8", shape: [64, 3, 3, 3], bytes: new Uint8Array(64 * 27) };
  await folder.write(
    "int8.safetensors",
    safetensors({ "conv1_1.weight": kernel, "conv1_1.bias": f32([64], first.bias) }),
  );
  const small = await clearError(() => imported(folder.url("int8.safetensors")));
  assert.match(small.message, /"conv1_1\.weight" has the type I8, .*: the network is quantised$/);
  assert.match(small.hint!, /before it was quantised/);
  await folder.write(
    "bn.safetensors",
    safetensors({
      "features.0.weight": f32([64, 3, 3, 3], first.kernel),
      "features.0.bias": f32([64], first.bias),
      "features.1.running_mean": f32([64], first.bias),
      "features.3.weight": f32([64], first.bias),
    }),
  );
  const normalised = await clearError(() => imported(folder.url("bn.safetensors")));
  assert.match(normalised.message, /bn\.safetensors as weights: it is a network with batch normalisation$/);
  assert.match(normalised.hint!, /weights fetch vgg19/);
});

Deno.test("the mean that a .mat says counts, and not that of the format", async () => {
  await using folder = await temporaryFolder();
  const bytes = await Deno.readFile(weightsFile("old.mat"));
  const view = new DataView(bytes.buffer);
  // Its average image is 4 × 4 pixels of three floats, which stand at whole words.
  const other = new Map([[123.68, 120.5], [116.779, 110.25], [103.939, 99.125]]);
  let changed = 0;
  for (let at = 0; at + 4 <= bytes.length; at += 4) {
    const level = other.get(Number(view.getFloat32(at, true).toPrecision(6)));
    if (level === undefined) continue;
    view.setFloat32(at, level, true);
    changed++;
  }
  assert.equal(changed, 48);
  await folder.write("other.mat", bytes);
  const { metadata } = await imported(folder.url("other.mat"));
  const mean = { red: 120.5, green: 110.25, blue: 99.125 };
  assert.deepEqual(JSON.parse(metadata.input_convention), { order: "BGR", mean });
});
