import assert from "node:assert/strict";
import { type AutoOptions, openFastest } from "../../engines/choice/auto.ts";
import { type ChoiceMemory, choiceMemory } from "../../engines/choice/memory.ts";
import type { Device, EngineKind } from "../../engines/engine.ts";
import { temporaryFolder } from "../helpers/folders.ts";
import { referenceEngine } from "../helpers/tiny.ts";

/** A kind that opens, unless it is told why not. */
function kind(
  name: string,
  { missing, broken, gpu, ...device }: Partial<Device> & {
    missing?: string;
    broken?: boolean;
    gpu?: EngineKind["gpu"];
  } = {},
) {
  const made: EngineKind & { opened: number } = {
    name,
    opened: 0,
    missing: () => missing,
    gpu,
    open: async () => {
      made.opened++;
      if (broken) throw new Error("broken");
      return { ...referenceEngine(), name, device: { name: `the ${name}`, ...device } };
    },
  };
  return made;
}

const seconds: Readonly<Record<string, number>> = { wrong: 0.001, cuda: 0.01, webgpu: 0.02, cpu: 0.5 };

/** Opens the fastest by the table above; gives its name and what was said. */
async function choose(kinds: readonly EngineKind[], memory: ChoiceMemory, measured: string[] = []) {
  const said: string[] = [];
  const options: AutoOptions = {
    memory,
    measure: async ({ name }) => {
      measured.push(name);
      return { seconds: seconds[name], gradient: Float32Array.of(1, name === "wrong" ? 1.1 : 1) };
    },
    onNotice: ({ kind, message }) => said.push(`${kind}: ${message}`),
  };
  await using engine = await openFastest(kinds, options);
  return { name: engine.name, said };
}

const forgetful: ChoiceMemory = { recall: async () => undefined, remember: async () => {} };

Deno.test("auto takes the fastest, and says so in one line", async () => {
  const { name, said } = await choose([kind("webgpu"), kind("cuda"), kind("cpu")], forgetful);
  assert.equal(name, "cuda");
  assert.deepEqual(said, [
    "note: engine cuda (the cuda): 0.010 s for a test evaluation, against 0.020 s on webgpu",
  ]);
});

Deno.test("auto never takes a GPU in software, nor measures it", async () => {
  const measured: string[] = [];
  const soft = kind("webgpu", { software: true, remark: "in software" });
  const { name, said } = await choose([soft, kind("cpu")], forgetful, measured);
  assert.deepEqual([name, measured], ["cpu", ["cpu"]]);
  assert.deepEqual(said, ["note: engine cpu (the cpu): webgpu has only the webgpu, in software"]);
});

Deno.test("auto never takes an engine whose gradient is not the CPU's", async () => {
  const { name, said } = await choose([kind("wrong"), kind("cpu")], forgetful);
  assert.equal(name, "cpu");
  assert.deepEqual(said, ["note: engine cpu (the cpu): wrong gives other results on the wrong"]);
});

Deno.test("auto measures nothing where only one engine can work", async () => {
  const measured: string[] = [];
  const absent = kind("cuda", { missing: "no driver" });
  const { name, said } = await choose([absent, kind("cpu")], forgetful, measured);
  assert.deepEqual([name, measured, absent.opened], ["cpu", [], 0]);
  assert.deepEqual(said, ["note: engine cpu (the cpu): no other works here"]);
});

Deno.test("auto remembers, and measures again where what it remembers works no more", async () => {
  await using folder = await temporaryFolder();
  const memory = choiceMemory(folder.at("cache", "engines.json"));
  const measured: string[] = [];
  assert.equal((await choose([kind("webgpu"), kind("cpu")], memory, measured)).name, "webgpu");
  const again = await choose([kind("webgpu"), kind("cpu")], memory, measured);
  assert.deepEqual(again.said, ["note: engine webgpu (the webgpu): found before to be the fastest here"]);
  assert.deepEqual(measured, ["cpu", "webgpu"]);
  const { name } = await choose([kind("webgpu", { broken: true }), kind("cpu")], memory, measured);
  assert.deepEqual([name, measured], ["cpu", ["cpu", "webgpu", "cpu"]]);
  // Another set of engines, as after the installation of a driver, is another question.
  assert.equal((await choose([kind("cuda"), kind("webgpu"), kind("cpu")], memory, measured)).name, "cuda");
});

Deno.test("auto looks at the GPU before it opens anything, and measures another GPU anew", async () => {
  await using folder = await temporaryFolder();
  const memory = choiceMemory(folder.at("engines.json"));
  const measured: string[] = [];
  const on = (gpu: Device | undefined) => kind("webgpu", { gpu: async () => gpu });
  const none = on(undefined);
  const soft = on({ name: "Soft", software: true, remark: "in software" });
  for (
    const [webgpu, reason] of [[none, "webgpu finds no GPU"], [soft, "webgpu has only Soft, in software"]] as const
  ) {
    const { said } = await choose([webgpu, kind("cpu")], memory, measured);
    assert.deepEqual(said, [`note: engine cpu (the cpu): ${reason}`]);
    assert.deepEqual([measured.length, webgpu.opened], [0, 0]);
  }
  for (const name of ["One", "One", "Other"]) await choose([on({ name }), kind("cpu")], memory, measured);
  assert.deepEqual(measured, ["cpu", "webgpu", "cpu", "webgpu"]);
});

for (const content of ["", "{", "[]", "null", '{"a": 3}', "\0\0"]) {
  Deno.test(`auto measures anew where its memory is ${JSON.stringify(content)}, and mends it`, async () => {
    await using folder = await temporaryFolder();
    const memory = choiceMemory(await folder.write("engines.json", content));
    const measured: string[] = [];
    for (let i = 0; i < 2; i++) {
      assert.equal((await choose([kind("webgpu"), kind("cpu")], memory, measured)).name, "webgpu");
    }
    assert.deepEqual(measured, ["cpu", "webgpu"]);
  });
}

Deno.test("auto passes over a remembered order that is none of its engines'", async () => {
  await using folder = await temporaryFolder();
  const file = folder.at("engines.json");
  const memory = choiceMemory(file);
  await memory.remember(["webgpu", "cpu"], ["webgpu"]);
  await Deno.writeTextFile(file, (await Deno.readTextFile(file)).replace('"webgpu"\n', '"other"\n'));
  assert.equal(await memory.recall(["webgpu", "cpu"]), undefined);
});

Deno.test("auto works where its memory cannot be written", async () => {
  await using folder = await temporaryFolder();
  // A file where the folder should be.
  const memory = choiceMemory(`${await folder.write("cache", "")}/engines.json`);
  assert.equal((await choose([kind("webgpu"), kind("cpu")], memory)).name, "webgpu");
});
