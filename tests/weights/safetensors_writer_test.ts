import assert from "node:assert/strict";
import { openSafetensors } from "../../weights/safetensors.ts";
import { writeSafetensors } from "../../weights/safetensors_writer.ts";
import { temporaryFolder } from "../helpers/folders.ts";

Deno.test("a file is the length of its header, the header, and the arrays in their order", async () => {
  await using folder = await temporaryFolder();
  const arrays = { b: { shape: [2, 1], data: Float32Array.of(1, -2) }, a: { shape: [1], data: Float32Array.of(0.5) } };
  await writeSafetensors(folder.at("a.safetensors"), arrays, { note: "é" });
  // By hand, from the format's description: offsets count from the end of the header, which spaces fill to 8 bytes.
  const json = '{"__metadata__":{"note":"é"},"b":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},' +
    '"a":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}';
  const text = new TextEncoder().encode(json);
  const padded = Math.ceil(text.length / 8) * 8;
  const wanted = new Uint8Array(8 + padded + 12).fill(0x20);
  const view = new DataView(wanted.buffer);
  view.setBigUint64(0, BigInt(padded), true);
  wanted.set(text, 8);
  [1, -2, 0.5].forEach((value, i) => view.setFloat32(8 + padded + 4 * i, value, true));
  assert.deepEqual(await Deno.readFile(folder.at("a.safetensors")), wanted);
});

Deno.test("what is written is read back: arrays, a part of a longer buffer, and texts", async () => {
  await using folder = await temporaryFolder();
  const whole = Float32Array.from({ length: 3_000_000 }, (_, i) => Math.fround(Math.sin(i)));
  const part = whole.subarray(7, 10);
  await folder.write("w.safetensors", "something longer that stood there before");
  await writeSafetensors(
    folder.at("w.safetensors"),
    { whole: { shape: [3, 1000, 1000], data: whole }, part: { shape: [3], data: part } },
    { steps: "12", "a b": '{"c":1}' },
  );
  await using file = await openSafetensors(folder.url("w.safetensors"));
  assert.deepEqual(file.metadata, { steps: "12", "a b": '{"c":1}' });
  const { shape, data } = await file.tensor("whole");
  assert.deepEqual(shape, [3, 1000, 1000]);
  assert(data.every((value, i) => value === whole[i]));
  assert.deepEqual([...(await file.tensor("part")).data], [...part]);
});
