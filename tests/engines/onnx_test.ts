import assert from "node:assert/strict";
import { onnxEngine, onnxKinds } from "../../engines/onnx/engine.ts";
import { engineSuite } from "./engine_suite.ts";

engineSuite({ name: "onnx-cpu", open: () => onnxEngine(), tolerance: 2e-6 });

Deno.test("onnx-cpu takes as many threads as it is told to, and no more than there are cores", async () => {
  const cores = navigator.hardwareConcurrency;
  for (const threads of [1, cores, cores + 1]) {
    await using engine = await onnxKinds[0].open({ threads });
    const count = Number(/, (\d+) threads?$/.exec(engine.device.name)?.[1]);
    assert.equal(count, Math.min(threads, cores), engine.device.name);
  }
});
