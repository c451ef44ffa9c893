import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { inflateSync } from "node:zlib";
import { openAny } from "../../../weights/open_any.ts";
import { temporaryFolder } from "../../helpers/folders.ts";
import { f32, safetensors } from "../../helpers/safetensors.ts";
import { weightsFile } from "../../helpers/weights_files.ts";

/** Array i of the files that make.py calls many. */
const numbered = (i: number, length: number) => Float32Array.from({ length }, (_, k) => (i + k % 101) / 64);

/** The arrays a0 to a49, of 3 to 150 values. */
const plain = new Map(Array.from({ length: 50 }, (_, i) => [`a${i}`, numbered(i, 3 * (i + 1))]));

/** 25 kernels that stay in the file until they are asked for, with their biases. */
const convolutions = new Map(
  Array.from({ length: 25 }, (_, i): [string, Float32Array][] => [
    [`c${i}/kernel`, numbered(2 * i, 2 ** 18 + 1)],
    [`c${i}/bias`, numbered(2 * i + 1, i + 2)],
  ]).flat(),
);

/** Reads all arrays of a file at once, the second half first, and says which are not as they were written. */
async function wrongAtOnce(location: URL, due: ReadonlyMap<string, Float32Array>): Promise<string[]> {
  await using file = await openAny(location);
  const inOrder = [...due.keys()];
  const names = [...inOrder.slice(25), ...inOrder.slice(0, 25)];
  assert.deepEqual([...file.shapes.keys()].sort(), names.toSorted());
  const found = await Promise.all(names.map((name) => file.tensor(name)));
  const bytes = (values: Float32Array) => Buffer.from(values.buffer, values.byteOffset, values.byteLength);
  return names.filter((name, i) => bytes(found[i].data).compare(bytes(due.get(name)!)) !== 0);
}

Deno.test("50 arrays of a safetensors file are read at once", async () => {
  await using folder = await temporaryFolder();
  const arrays = [...plain].map(([name, values]) => [name, f32([values.length], values)]);
  await folder.write("many", safetensors(Object.fromEntries(arrays)));
  assert.deepEqual(await wrongAtOnce(folder.url("many"), plain), []);
});

Deno.test("50 arrays of a TensorFlow.js model in shards are read at once", async () => {
  await using folder = await temporaryFolder();
  const weights = [...plain].map(([name, { length }]) => ({ name, shape: [length], dtype: "float32" }));
  const bytes = Buffer.concat([...plain.values()].map(({ buffer }) => new Uint8Array(buffer)));
  const paths = [0, 1, 2, 3].map((shard) => `shard${shard}.bin`);
  const shardBytes = Math.ceil(bytes.length / paths.length);
  for (const [i, path] of paths.entries()) {
    await folder.write(path, bytes.subarray(i * shardBytes, (i + 1) * shardBytes));
  }
  await folder.write("model.json", JSON.stringify({ weightsManifest: [{ paths, weights }] }));
  assert.deepEqual(await wrongAtOnce(folder.url("model.json"), plain), []);
});

Deno.test("50 arrays of a Keras file are read at once", async () => {
  assert.deepEqual(await wrongAtOnce(weightsFile("many.h5"), plain), []);
});

Deno.test("50 arrays of a .pth are read at once", async () => {
  assert.deepEqual(await wrongAtOnce(weightsFile("many.pth"), plain), []);
});

Deno.test("50 arrays of a compressed .mat are read at once", async () => {
  assert.deepEqual(await wrongAtOnce(weightsFile("many.mat"), convolutions), []);
});

Deno.test("50 arrays of a .mat that is not compressed are read at once", async () => {
  await using folder = await temporaryFolder();
  const packed = await Deno.readFile(weightsFile("many.mat"));
  // After the header and a tag of eight bytes all is one compressed variable.
  await folder.write("many.mat", Buffer.concat([packed.subarray(0, 128), inflateSync(packed.subarray(136))]));
  assert.deepEqual(await wrongAtOnce(folder.url("many.mat"), convolutions), []);
});
