import assert from "node:assert/strict";
import { readStateDict } from "../../../weights/readers/state_dict.ts";

const bytesOf = (code: string) => Uint8Array.from(code, (char) => char.charCodeAt(0));

/** A tensor of two numbers, as torch.save writes it. */
const tensor =
  "ctorch._utils\n_rebuild_tensor_v2\n((U\x07storagectorch\nFloatStorage\nU\x010U\x03cpuK\x02tQK\0K\x02\x85K\x01\x85tR";

const read = (code: string) => readStateDict(bytesOf(code), { start: 0, skip: 0, listed: false }).tensors;

Deno.test("a dictionary that holds itself, or stands at two places, is read once", () => {
  const found = read(`}q\0U\x04selfh\0sU\x01a}q\x01U\x01w${tensor}ssU\x01bh\x01s.`);
  assert.deepEqual(found.map(({ name, shape }) => [name, shape]), [["a.w", [2]]]);
});

Deno.test("of two entries of one key the later one counts, and what is no tensor is passed over", () => {
  const found = read(`}U\x01wK\x05sU\x01w${tensor}sU\x01nNsK\x07${tensor}s.`);
  assert.deepEqual(found.map(({ name, storage }) => [name, storage]), [["w", { type: "f32", key: "0", count: 2 }]]);
});

Deno.test("what is no dictionary is no state dict", () => {
  for (const code of ["].", "N.", `${tensor}.`]) assert.throws(() => read(code), /it holds no state dict/);
});
