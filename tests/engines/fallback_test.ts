import assert from "node:assert/strict";
import type { Engine, EngineKind, Notice, ReadyEngine } from "../../engines/engine.ts";
import { withFallback } from "../../engines/choice/fallback.ts";
import { onnxEngine } from "../../engines/onnx/engine.ts";
import { add, input } from "../../graph/mod.ts";
import { referenceEngine } from "../helpers/tiny.ts";
import { imageAfter } from "./ten_steps.ts";

/** An engine whose device is lost after some runs; it keeps count of what happens to it. */
function mortal(name: string, runs: number, engine: Engine = referenceEngine()) {
  const state = { runs: 0, closed: 0 };
  const ready: ReadyEngine = {
    name,
    device: { name: `${name}'s device` },
    async compile(graph) {
      if (state.runs >= runs) throw new Error("device lost");
      const program = await engine.compile(graph);
      return {
        run: async (feeds) => {
          if (state.runs++ >= runs) throw new Error("device lost");
          return await program.run(feeds);
        },
        [Symbol.asyncDispose]: () => program[Symbol.asyncDispose](),
      };
    },
    async [Symbol.asyncDispose]() {
      state.closed++;
      await engine[Symbol.asyncDispose]();
    },
  };
  return { ready, state };
}

const kindOf = (ready: ReadyEngine): EngineKind => ({ name: ready.name, open: () => Promise.resolve(ready) });

const x = input("x", [2]);
const sum = { outputs: { y: add(x, x) } };
const feeds = { x: Float32Array.of(1, 2) };

Deno.test("an engine that dies in mid-run is replaced, and the optimiser goes on from the picture it has", async () => {
  const notices: Notice[] = [];
  const first = mortal("onnx-webgpu", 4);
  const second = { ...onnxEngine(), device: { name: "CPU" } };
  await using engine = withFallback(first.ready, [kindOf(second)], { onNotice: (notice) => notices.push(notice) });
  const found = await imageAfter(10, engine);
  const wanted = await imageAfter(10, referenceEngine());
  const worst = Math.max(...found.map((value, i) => Math.abs(value - wanted[i])));
  assert.ok(worst < 1e-3, `${worst}`);
  assert.deepEqual(notices, [{
    kind: "warning",
    message: "onnx-webgpu failed (device lost); going on with onnx-cpu from the picture so far",
  }]);
  assert.equal(first.state.closed, 1);
});

Deno.test("programs that run side by side move to one new engine, once", async () => {
  const notices: Notice[] = [];
  let opened = 0;
  const second: EngineKind = { name: "second", open: async () => (opened++, mortal("second", 100).ready) };
  const first = mortal("first", 1);
  await using engine = withFallback(first.ready, [second], { onNotice: (notice) => notices.push(notice) });
  await using one = await engine.compile(sum);
  await using two = await engine.compile(sum);
  const results = await Promise.all([one.run(feeds), two.run(feeds), one.run(feeds)]);
  for (const { y } of results) assert.deepEqual([...y], [2, 4]);
  assert.deepEqual([opened, notices.length], [1, 1]);
});

Deno.test("an engine that dies while it compiles is replaced, and so is the one after it", async () => {
  const notices: string[] = [];
  const broken: EngineKind = { name: "broken", open: () => Promise.reject(new Error("none")) };
  const kinds = [kindOf(mortal("second", 0).ready), broken, kindOf(mortal("third", 9).ready)];
  await using engine = withFallback(mortal("first", 0).ready, kinds, {
    onNotice: ({ message }) => notices.push(message),
  });
  await using program = await engine.compile(sum);
  assert.deepEqual([...(await program.run(feeds)).y], [2, 4]);
  assert.match(notices.join("\n"), /^first failed .* going on with second .*\nsecond failed .* going on with third /);
});

Deno.test("where no engine is left, the last one's error comes through", async () => {
  await using engine = withFallback(mortal("first", 1).ready, [kindOf(mortal("second", 1).ready)], {});
  await using program = await engine.compile(sum);
  await program.run(feeds);
  await program.run(feeds);
  await assert.rejects(program.run(feeds), /device lost/);
});

Deno.test("where none of the others opens, the error of the first comes through as it is, also past the disposal", async () => {
  const broken: EngineKind = { name: "broken", open: () => Promise.reject(new Error("none")) };
  const first = mortal("first", 1);
  const work = async () => {
    await using engine = withFallback(first.ready, [broken], {});
    await using program = await engine.compile(sum);
    await program.run(feeds);
    await program.run(feeds);
  };
  await assert.rejects(work, { name: "Error", message: "device lost" });
  assert.equal(first.state.closed, 1);
});

Deno.test("a feed of the wrong size is no reason to change the engine", async () => {
  const second: EngineKind = { name: "second", open: () => Promise.reject(new Error("must not be opened")) };
  const first = { ...onnxEngine(), device: { name: "CPU" } };
  await using engine = withFallback(first, [second], {});
  await using program = await engine.compile(sum);
  await assert.rejects(program.run({ x: new Float32Array(5) }), /feed "x" must fill \[2\]/);
  assert.deepEqual([...(await program.run(feeds)).y], [2, 4]);
});

Deno.test("another one goes on with someone else's model, and an engine that runs none keeps saying so", async () => {
  const size = { width: 2, height: 1 };
  const model = { bytes: new Uint8Array(), input: "x", output: "y" };
  const running = (ready: ReadyEngine, lost: boolean): ReadyEngine => ({
    ...ready,
    compileModel: () =>
      Promise.resolve({
        run: ({ picture }) => lost ? Promise.reject(new Error("device lost")) : Promise.resolve({ picture }),
        [Symbol.asyncDispose]: () => Promise.resolve(),
      }),
  });
  const [first, second] = [running(mortal("first", 9).ready, true), running(mortal("second", 9).ready, false)];
  await using engine = withFallback(first, [kindOf(second)], {});
  await using program = await engine.compileModel!(model, size);
  const picture = new Float32Array(6).fill(3);
  assert.deepEqual(await program.run({ picture }), { picture });
  await using without = withFallback(mortal("other", 9).ready, [kindOf(second)], {});
  assert.equal(without.compileModel, undefined);
});
