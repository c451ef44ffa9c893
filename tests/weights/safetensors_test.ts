import assert from "node:assert/strict";
import { openSafetensors } from "../../weights/safetensors.ts";
import { clearError } from "../helpers/errors.ts";
import { temporaryFolder } from "../helpers/folders.ts";
import { f32, safetensors, withHeader } from "../helpers/safetensors.ts";
import { serve } from "../helpers/server.ts";

const bytes = (...values: number[]) => Uint8Array.from(values);
const halves = (...values: number[]) => new Uint8Array(Uint16Array.from(values).buffer);

async function written(content: Uint8Array) {
  const folder = await temporaryFolder();
  await folder.write("net.safetensors", content);
  return {
    folder,
    location: folder.url("net.safetensors"),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

Deno.test("F32 arrays are read with their shapes", async () => {
  await using file = await written(safetensors({ a: f32([2, 3], [1, -2, 0.5, 1e30, -1e-30, 3]), "b.c": f32([], [7]) }));
  await using weights = await openSafetensors(file.location);
  assert.deepEqual([...weights.shapes], [["a", [2, 3]], ["b.c", []]]);
  assert.deepEqual(await weights.tensor("a"), {
    shape: [2, 3],
    data: Float32Array.of(1, -2, 0.5, 1e30, -1e-30, 3),
  });
  assert.deepEqual((await weights.tensor("b.c")).data, Float32Array.of(7));
});

Deno.test("F16 values are those of IEEE 754: 1, −2, 65504, 2⁻²⁴, 1/3, ∞", async () => {
  const stored = halves(0x3c00, 0xc000, 0x7bff, 0x0001, 0x3555, 0x7c00);
  await using file = await written(safetensors({ a: { dtype: "F16", shape: [6], bytes: stored } }));
  await using weights = await openSafetensors(file.location);
  assert.deepEqual(
    (await weights.tensor("a")).data,
    Float32Array.of(1, -2, 65504, 2 ** -24, 0.333251953125, Infinity),
  );
});

Deno.test("BF16 values are the upper halves of float32: 1, −2, π to 3.140625, 2⁻¹²⁶", async () => {
  const stored = halves(0x3f80, 0xc000, 0x4049, 0x0080);
  await using file = await written(safetensors({ a: { dtype: "BF16", shape: [2, 2], bytes: stored } }));
  await using weights = await openSafetensors(file.location);
  assert.deepEqual((await weights.tensor("a")).data, Float32Array.of(1, -2, 3.140625, 2 ** -126));
});

Deno.test("arrays after one of odd length, out of order, and metadata are read", async () => {
  const header = JSON.stringify({
    __metadata__: { made: "by hand" },
    late: { dtype: "F32", shape: [1], data_offsets: [2, 6] },
    early: { dtype: "F16", shape: [1], data_offsets: [0, 2] },
    none: { dtype: "F32", shape: [0, 4], data_offsets: [6, 6] },
  });
  const payload = [halves(0x3c00), new Uint8Array(Float32Array.of(2.5).buffer)];
  await using file = await written(withHeader(header, ...payload));
  await using weights = await openSafetensors(file.location);
  assert.deepEqual((await weights.tensor("late")).data, Float32Array.of(2.5));
  assert.deepEqual((await weights.tensor("early")).data, Float32Array.of(1));
  assert.equal((await weights.tensor("none")).data.length, 0);
});

Deno.test("a file on a web server reads as one on disk", async () => {
  await using server = serve({ "/net.safetensors": new Uint8Array(safetensors({ a: f32([2], [3, 4]) })) });
  await using weights = await openSafetensors(server.url("/net.safetensors"));
  assert.deepEqual((await weights.tensor("a")).data, Float32Array.of(3, 4));
});

const entry = (more: object) => JSON.stringify({ a: { dtype: "F32", shape: [2], data_offsets: [0, 8], ...more } });
const eight = new Uint8Array(8);
const whole = safetensors({ a: f32([4], [1, 2, 3, 4]) });

const damages: Readonly<Record<string, [Uint8Array, RegExp]>> = {
  "an empty file": [bytes(), /it has 0 bytes/],
  "a file of five bytes": [bytes(1, 0, 0, 0, 0), /it has 5 bytes/],
  "a header longer than the file": [
    bytes(255, 255, 0, 0, 0, 0, 0, 0, 123, 125),
    /is no safetensors file, or it is cut short/,
  ],
  "a header beyond all memory": [
    bytes(255, 255, 255, 255, 255, 255, 255, 255, 123),
    /is no safetensors file, or it is cut short/,
  ],
  "a header that is no JSON": [withHeader("{not\njson"), /: its header is damaged: it is not JSON$/],
  "a header that is no text": [bytes(2, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xfe), /: its header is damaged: it is not JSON$/],
  "a header that is a list": [withHeader("[1]"), /its header is not an object/],
  "an entry that is no object": [withHeader('{"a": 5}'), /"a" has no proper type, shape and offsets/],
  "a shape with a negative side": [
    withHeader(entry({ shape: [-2] }), eight),
    /"a" has no proper type, shape and offsets/,
  ],
  "a shape with half a side": [withHeader(entry({ shape: [1.5] }), eight), /"a" has no proper type, shape and offsets/],
  "no offsets": [withHeader(entry({ data_offsets: undefined }), eight), /"a" has no proper type, shape and offsets/],
  "one offset": [withHeader(entry({ data_offsets: [0] }), eight), /"a" has no proper type, shape and offsets/],
  "a shape that needs more bytes": [
    withHeader(entry({ shape: [3] }), eight),
    /"a" has 8 bytes where its shape needs 12/,
  ],
  "a shape beyond all numbers": [
    withHeader(entry({ shape: [2 ** 50, 2 ** 50, 2 ** 50] }), eight),
    /"a" has 8 bytes where its shape needs/,
  ],
  "offsets beyond the end": [
    withHeader(entry({ data_offsets: [4, 12] }), eight),
    /"a" ends at byte \d+ of \d+: the file is cut short/,
  ],
  "an array cut short": [whole.subarray(0, whole.length - 1), /"a" ends at byte \d+ of \d+: the file is cut short/],
  "a page of text": [new TextEncoder().encode("<!doctype html><title>404</title>"), /is no safetensors file/],
};

Deno.test("an array of another type does no harm until it is asked for", async () => {
  await using folder = await temporaryFolder();
  for (const dtype of ["I64", "constructor"]) {
    await folder.write("other", withHeader(entry({ dtype }), eight));
    await using weights = await openSafetensors(folder.url("other"));
    const error = await clearError(() => weights.tensor("a"));
    assert.match(error.message, new RegExp(`"a" has the type ${dtype}, not one of F32, F16, BF16`));
  }
});

for (const [what, [content, message]] of Object.entries(damages)) {
  Deno.test(`weights with ${what} are one clear error with the file's name, on disk and on a server`, async () => {
    await using file = await written(content);
    await using server = serve({ "/net.safetensors": new Uint8Array(content) });
    for (
      const [location, name] of [
        [file.location, file.folder.at("net.safetensors")],
        [server.url("/net.safetensors"), server.url("/net.safetensors").href],
      ] as const
    ) {
      const error = await clearError(() => openSafetensors(location));
      assert(error.message.startsWith(`Cannot use ${name} as weights: `), error.message);
      assert.match(error.message, message);
      assert.equal(error.exitCode, 1);
    }
  });
}

Deno.test("a file that shrinks after it was opened is an error, not a hang", async () => {
  await using file = await written(whole);
  await using weights = await openSafetensors(file.location);
  await Deno.truncate(file.folder.at("net.safetensors"), whole.length - 4);
  const error = await clearError(() => weights.tensor("a"));
  assert.match(error.message, /unexpected end/);
});

Deno.test("an array that a file does not hold is an error with its name", async () => {
  await using file = await written(whole);
  await using weights = await openSafetensors(file.location);
  assert.match((await clearError(() => weights.tensor("b"))).message, /it holds no "b"/);
});

Deno.test("weights that are missing, or a folder, or not on the server are one clear error", async () => {
  await using folder = await temporaryFolder();
  await using server = serve({});
  const messageAt = async (location: URL) => (await clearError(() => openSafetensors(location))).message;
  assert.equal(await messageAt(folder.url("none")), `Cannot read ${folder.at("none")}: there is no such file`);
  assert.match(await messageAt(folder.url(".")), /^Cannot read .*(folder|directory)/i);
  assert.match(await messageAt(server.url("/none")), /^Cannot read http.*: the server answered 404/);
});

Deno.test("a header of more megabytes than any network needs is not read", async () => {
  await using folder = await temporaryFolder();
  const header = new TextEncoder().encode(`{"__metadata__":{"x":"${"y".repeat(11e6)}"}}`);
  const bytes = new Uint8Array(8 + header.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
  bytes.set(header, 8);
  await folder.write("long.safetensors", bytes);
  const { message } = await clearError(() => openSafetensors(folder.url("long.safetensors")));
  assert.match(message, /it is no safetensors file, or it is cut short$/);
});
