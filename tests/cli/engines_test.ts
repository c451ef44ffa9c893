import assert from "node:assert/strict";
import sharp from "../../pictures/sharp_package.ts";
import { engineKinds } from "../../engines/mod.ts";
import { complaint, impasto } from "../helpers/command.ts";
import { quick, studio } from "../helpers/painting.ts";
import { gpuForTests, missingGpu } from "../helpers/software_gpu.ts";

Deno.test("`engines` lists every engine with its device, or why it does not work", async () => {
  const { code, out, complaints } = await impasto(["engines"]);
  assert.equal(code, 0);
  assert.deepEqual(complaints, [], "no driver complains");
  const lines = out.trim().split("\n");
  assert.deepEqual(lines.map((line) => line.split(" ")[0]), engineKinds.map(({ name }) => name));
  for (const line of lines) assert.match(line, /^\S+ +(available|not available): \S.*$/);
  assert.match(lines[0], /^onnx-cpu +available: .*thread/);
});

const elsewhere = Deno.build.os === "linux"
  ? { "onnx-coreml": "CoreML is part of macOS", "onnx-directml": "DirectML is part of Windows" }
  : {};
for (const [engine, reason] of Object.entries(elsewhere)) {
  Deno.test(`--engine ${engine} on another platform is one line and a hint`, async () => {
    await using folder = await studio();
    const outcome = await impasto([...quick, "--engine", engine, "--json"], { cwd: folder.path });
    assert.equal(outcome.code, 1);
    assert.match(outcome.complaints[0], new RegExp(`^error: .*Cannot use ${engine}: ${reason}$`));
  });
}

const cuda = engineKinds.find(({ name }) => name === "onnx-cuda")!;
Deno.test({
  name: "--engine onnx-cuda without CUDA is one line that says what is missing",
  ignore: cuda.missing!() === undefined,
  fn: async () => {
    await using folder = await studio();
    const outcome = await impasto([...quick, "--engine", "onnx-cuda"], { cwd: folder.path });
    assert.equal(outcome.code, 1);
    const [line, hint] = complaint(outcome);
    assert.ok(line.includes(`Cannot use onnx-cuda: ${cuda.missing!()}`), line);
    assert.match(hint, /onnx-webgpu/);
  },
});

const adam = [...quick, "--size", "24", "--optimiser", "adam", "--iterations", "20", "--seed", "7", "--quiet"];
const shallow = JSON.stringify({
  content: { loss: "content", layers: { conv2_1: 1 } },
  style: { loss: "gram", layers: { conv1_1: 1, conv2_1: 1 } },
});

/** The picture after 20 steps of Adam, as bytes of RGB. */
async function paintedOn(engine: string, cwd: string): Promise<Uint8Array> {
  const file = `${engine}.png`;
  const args = [...adam, "--set", `loss-build.terms=${shallow}`, "--engine", engine, "--output", file];
  const { code, err } = await impasto(args, { cwd });
  assert.equal(code, 0, err);
  return await sharp(`${cwd}/${file}`).removeAlpha().raw().toBuffer();
}

const missing: Readonly<Record<string, string | undefined>> = {
  "tensorflow": undefined,
  "onnx-webgpu": await missingGpu(),
};
for (const [engine, reason] of Object.entries(missing)) {
  Deno.test({
    name: `20 steps of Adam on ${engine} give onnx-cpu's picture to 1/255${reason ? ` (skipped: ${reason})` : ""}`,
    ignore: reason !== undefined,
    fn: async () => {
      await using folder = await studio();
      const wanted = await paintedOn("onnx-cpu", folder.path);
      using _gpu = engine === "onnx-webgpu" ? await gpuForTests() : undefined;
      const found = await paintedOn(engine, folder.path);
      assert.equal(found.length, wanted.length);
      const mean = wanted.reduce((sum, value, i) => sum + Math.abs(value - found[i]), 0) / wanted.length;
      assert.ok(mean < 1, `mean difference ${mean} of 255`);
      // The photograph itself is further away: the steps did something.
      const start = await sharp(folder.at("photo.png")).resize(24, 16).removeAlpha().raw().toBuffer();
      const moved = wanted.reduce((sum, value, i) => sum + Math.abs(value - start[i]), 0) / wanted.length;
      assert.ok(moved > 2, `the picture moved by ${moved} only`);
    },
  });
}
