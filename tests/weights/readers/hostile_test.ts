import assert from "node:assert/strict";
import { deflateSync } from "node:zlib";
import { openAny } from "../../../weights/open_any.ts";
import { clearError } from "../../helpers/errors.ts";
import { type TemporaryFolder, temporaryFolder } from "../../helpers/folders.ts";
import { f32, safetensors, withHeader } from "../../helpers/safetensors.ts";
import { inRoot } from "../../helpers/shared.ts";
import { weightsFile } from "../../helpers/weights_files.ts";
import { zipOf } from "../../helpers/zip.ts";
import { hostileFiles } from "./hostile_files.ts";
import type { Told } from "./read_all.ts";

/** The one clear error that opening a file, or reading all of it, ends in. */
async function refusal(folder: TemporaryFolder, name: string, content: string | Uint8Array): Promise<string> {
  await folder.write(name, content);
  const error = await clearError(async () => {
    await using file = await openAny(folder.url(name));
    for (const array of file.shapes.keys()) await file.tensor(array);
  });
  return error.message;
}

const u32 = (...values: number[]) => new Uint8Array(Uint32Array.from(values).buffer);
const joined = (...parts: Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));

/** A .mat file around one element. */
function mat(element: Uint8Array): Uint8Array {
  const header = new Uint8Array(128).fill(0x20);
  header.set(new TextEncoder().encode("MATLAB 5.0 MAT-file"));
  header.set([0x00, 0x01, 0x49, 0x4d], 124);
  return joined(header, element);
}

function compressed(content: Uint8Array): Uint8Array {
  const bytes = deflateSync(content);
  return joined(u32(15, bytes.length), bytes);
}

Deno.test("a .mat that grows without end when it is inflated is given up early", async () => {
  await using folder = await temporaryFolder();
  // An empty matrix, and 100 MB of zeros after it in 100 kB.
  const bomb = new Uint8Array(100e6);
  bomb.set(u32(14, 0));
  assert.match(await refusal(folder, "bomb.mat", mat(compressed(bomb))), /grows beyond 32 times its size/);
});

Deno.test("a .mat whose parts promise more than there is, is given up at the promise", async () => {
  await using folder = await temporaryFolder();
  const refused = (name: string, element: Uint8Array) => refusal(folder, name, mat(element));
  assert.match(await refused("long.mat", u32(14, 0xffffffff, 0, 0)), /the file is cut short/);
  assert.match(await refused("z.mat", compressed(u32(14, 0xfffffff0, 0, 0))), /the file is cut short/);
  // single [2^20, 2^20, 2^20]: flags, dimensions, no name, then four bytes of numbers.
  const huge = [u32(6, 8, 7, 0), u32(5, 12, 1 << 20, 1 << 20, 1 << 20, 0), u32(1, 0), u32(7, 4, 0, 0)];
  const body = joined(...huge);
  assert.match(
    await refused("huge.mat", joined(u32(14, body.length), body)),
    /has 4 bytes where it needs 46116860184273/,
  );
  // A cell of 2^31 − 1 items, none of which is there.
  const cell = joined(u32(6, 8, 1, 0), u32(5, 8, 0x7fffffff, 1), u32(1, 0));
  assert.match(await refused("cell.mat", joined(u32(14, cell.length), cell)), /unexpected end/);
});

Deno.test("a .mat whose numbers were changed inside the compressed part fails its checksum", async () => {
  await using folder = await temporaryFolder();
  const bytes = await Deno.readFile(weightsFile("new.mat"));
  const length = new DataView(bytes.buffer).getUint32(132, true);
  bytes[136 + length - 1] ^= 1;
  assert.match(await refusal(folder, "sum.mat", bytes), /^Cannot use .*sum\.mat as weights: /);
});

Deno.test("a number that changed in an archive that has sums is found", async () => {
  await using folder = await temporaryFolder();
  for (const name of ["model.keras", "plain.npz"]) {
    const bytes = await Deno.readFile(weightsFile(name));
    // The least of the values of the kernels.
    const number = new Uint8Array(Float32Array.of(-50 / 64).buffer);
    const at = bytes.findIndex((_, i) => number.every((byte, j) => bytes[i + j] === byte));
    assert(at > 0);
    bytes[at] ^= 1;
    assert.match(await refusal(folder, name, bytes), /is damaged: /);
  }
});

Deno.test("a header of safetensors that promises terabytes is given up", async () => {
  await using folder = await temporaryFolder();
  const header = { a: { dtype: "F32", shape: [1 << 20, 1 << 20], data_offsets: [0, 2 ** 42] } };
  assert.match(await refusal(folder, "t.safetensors", withHeader(JSON.stringify(header))), /the file is cut short/);
});

Deno.test("a shard that lies elsewhere than beside its model is refused, whatever its name", async () => {
  await using folder = await temporaryFolder();
  const weights = [{ name: "a", shape: [1], dtype: "float32" }];
  const names = [
    "../shard.bin",
    "/etc/passwd",
    "..",
    ".",
    "a/b",
    "a\\b",
    "C:\\x",
    "http://127.0.0.1/x",
    "%2e%2e/x",
    "",
    5,
  ];
  for (const name of names) {
    const model = JSON.stringify({ weightsManifest: [{ paths: [name], weights }] });
    const message = await refusal(folder, "model.json", model);
    assert(message.endsWith(`its shard ${JSON.stringify(name)} is no name of a file beside it`), message);
  }
});

Deno.test("a shard whose name is longer than any file's is refused in few words", async () => {
  await using folder = await temporaryFolder();
  const weights = [{ name: "a", shape: [1], dtype: "float32" }];
  for (const length of [256, 5000]) {
    const name = "s".repeat(length);
    const models = [{ weightsManifest: [{ paths: [name], weights }] }, { weight_map: { a: name } }];
    for (const model of models) {
      const message = await refusal(folder, "model.json", JSON.stringify(model));
      assert.match(message, /its shard "sss/);
      assert(message.length < 500, message);
    }
  }
});

Deno.test("a model.json that promises terabytes is given up before anything is allocated", async () => {
  await using folder = await temporaryFolder();
  await folder.write("s.bin", new Uint8Array(8));
  const weights = [{ name: "a", shape: [1 << 20, 1 << 20], dtype: "float32" }];
  const model = JSON.stringify({ weightsManifest: [{ paths: ["s.bin"], weights }] });
  assert.match(await refusal(folder, "model.json", model), /"a" ends at byte 4398046511104 of 8: its shards are cut/);
});

Deno.test("a shard that is named twice, to look like more, is refused", async () => {
  await using folder = await temporaryFolder();
  await folder.write("s.bin", new Uint8Array(8));
  const weights = [{ name: "a", shape: [4], dtype: "float32" }];
  const model = JSON.stringify({ weightsManifest: [{ paths: ["s.bin", "s.bin"], weights }] });
  assert.match(await refusal(folder, "model.json", model), /it names the shard s\.bin twice/);
});

Deno.test("an index whose shard lies elsewhere, is an index, is none, or lacks an array is refused", async () => {
  await using folder = await temporaryFolder();
  await folder.write("a.safetensors", safetensors({ a: f32([1], [1]) }));
  await folder.write("page.bin", "<html>Sign in</html>");
  const refused = (weightMap: unknown) => refusal(folder, "i.index.json", JSON.stringify({ weight_map: weightMap }));
  for (const path of ["../a.safetensors", "/etc/passwd", "http://127.0.0.1/x", 5, null]) {
    assert.match(await refused({ a: path }), /its shard .* is no name of a file beside it$/);
  }
  assert.match(await refused({ a: "i.index.json" }), /i\.index\.json is neither safetensors nor of PyTorch$/);
  assert.match(await refused({ a: "page.bin" }), /page\.bin as weights: it is a web page$/);
  assert.match(await refused({ a: "a.safetensors", b: "a.safetensors" }), /its shard a\.safetensors holds no "b"$/);
  assert.match(await refused({ a: "none.safetensors" }), /there is no such file$/);
  assert.match(await refused([]), /it has no weight_map$/);
});

Deno.test("a shard of a model that is a pointer of Git LFS is called so", async () => {
  await using folder = await temporaryFolder();
  await folder.write("s.bin", "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n");
  const weights = [{ name: "a", shape: [1000], dtype: "float32" }];
  const model = JSON.stringify({ weightsManifest: [{ paths: ["s.bin"], weights }] });
  assert.match(await refusal(folder, "model.json", model), /its shard s\.bin: it is a Git LFS pointer/);
});

Deno.test("a .pth whose tensor repeats one element without end is refused", async () => {
  const error = await clearError(async () => {
    await using file = await openAny(weightsFile("strided.pth"));
    await file.tensor("one");
  });
  assert.match(error.message, /"one" of \[4,4\] has but 1 elements$/);
});

Deno.test("a whole module in a .pth is refused, with what to write in its place", async () => {
  const { message, hint } = await clearError(() => openAny(weightsFile("module.pth")));
  assert.match(message, /it asks for torch\.nn\.modules\.container\.Sequential: only the plain tensors/);
  assert.match(hint!, /torch\.save\(model\.state_dict\(\), FILE\)/);
});

Deno.test("an .npz that grows without end, or is other than it says, is given up", async () => {
  await using folder = await temporaryFolder();
  const zipped = (content: Uint8Array<ArrayBuffer>) => zipOf({ "conv1_1_W.npy": content });
  const array = (header: string, bytes: number) => {
    const text = new TextEncoder().encode(`${header}\n`);
    const start = [0x93, ...new TextEncoder().encode("NUMPY"), 1, 0, text.length, 0, ...text];
    const array = new Uint8Array(start.length + bytes);
    array.set(start);
    return array;
  };
  const header = (descr: string, shape: string) => `{'descr': '${descr}', 'fortran_order': False, 'shape': ${shape}, }`;
  const refused = async (content: Uint8Array<ArrayBuffer>) => await refusal(folder, "a.npz", await zipped(content));
  assert.match(await refused(array(header("<f4", "(17500000,)"), 70e6)), /promises more than it can hold$/);
  assert.match(await refused(array(header("<f4", "(3,)"), 8)), /has \d+ bytes where it needs \d+$/);
  assert.match(await refused(array(header("|O", "(2,)"), 8)), /has the type \|O, not one of <f2, <f4, <f8$/);
  assert.match(await refused(array(header("<f4", "(1e99,)"), 8)), /has no proper header$/);
  assert.match(await refused(new Uint8Array(100)), /is no array of NumPy$/);
  const longer = await zipped(array(header("<f4", "(2,)"), 8));
  // The sizes in the directory at the end of the archive.
  const directory = longer.findLastIndex((_, i) => longer[i] === 0x50 && longer[i + 1] === 0x4b && longer[i + 2] === 1);
  new DataView(longer.buffer).setUint32(directory + 24, 60, true);
  assert.match(await refusal(folder, "b.npz", longer), /^Cannot use .*b\.npz as weights: /);
});

Deno.test("names in a file cannot steer the terminal", async () => {
  await using folder = await temporaryFolder();
  const name = `\u001b[2J${"x".repeat(9999)}`;
  const header = JSON.stringify({ [name]: { dtype: "F32", shape: [2], data_offsets: [0, 4] } });
  const message = await refusal(folder, "esc.safetensors", withHeader(header, new Uint8Array(4)));
  assert(!message.includes("\u001b") && message.length < 600, message);
});

Deno.test("a .pth that would call something is refused by name", async () => {
  await using folder = await temporaryFolder();
  const legacy = await Deno.readFile(weightsFile("legacy.pth"));
  // The magic number, two small pickles, and one that calls os.system("true").
  const pickles = String.fromCharCode(...legacy.subarray(0, 15)) +
    "\x80\x02K\x01.\x80\x02N." + "\x80\x02cos\nsystem\nX\x04\x00\x00\x00true\x85R.";
  const bytes = Uint8Array.from(pickles, (char) => char.charCodeAt(0));
  assert.match(await refusal(folder, "call.pth", bytes), /it asks for os\.system: only the plain tensors/);
});

/** Reads files in a process of their own, which must end by itself. */
async function readElsewhere(files: ReadonlyMap<string, Uint8Array>): Promise<Told> {
  await using folder = await temporaryFolder();
  for (const [name, content] of files) await folder.write(name, content);
  const { stdout, stderr, code } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", inRoot("tests/weights/readers/read_all.ts"), folder.path],
    stdin: "null",
    // One that does not end would go on after the tests.
    signal: AbortSignal.timeout(120_000),
  }).output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}

Deno.test({
  name: "a file that asks for work or memory without end is done with when its reader is, as the system counts",
  // The counts are those of Linux.
  ignore: Deno.build.os !== "linux",
  async fn() {
    const files = await hostileFiles();
    const { outcomes, milliseconds, bytes } = await readElsewhere(files);
    assert.deepEqual(Object.keys(outcomes).sort(), [...files.keys()].sort());
    for (const [name, outcome] of Object.entries(outcomes)) {
      assert.match(outcome, /^(read$|Cannot use .* as weights: )/, name);
    }
    assert(milliseconds <= 200, `${milliseconds} ms of processor time in a second without anything to do`);
    assert(bytes.most - bytes.before < 300e6, `${bytes.most} bytes at most, ${bytes.before} before`);
  },
});
