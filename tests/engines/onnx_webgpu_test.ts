import assert from "node:assert/strict";
import { onnxEngine } from "../../engines/onnx/engine.ts";
import { onnxProviders } from "../../engines/onnx/providers.ts";
import { constant, input, multiply, relu, sum } from "../../graph/mod.ts";
import { gpuForTests, missingGpu } from "../helpers/software_gpu.ts";
import { engineSuite } from "./engine_suite.ts";

const provider = onnxProviders.find(({ name }) => name === "onnx-webgpu")!;
const missing = await missingGpu();

async function open() {
  using _gpu = await gpuForTests();
  // Not by the kind, which asks Deno for the GPU first: Deno has looked by now, and sees no SwiftShader that comes later.
  const engine = onnxEngine({}, provider);
  // Drivers are loaded with the first session.
  await using _program = await engine.compile({ outputs: { y: input("x", [1]) } });
  return engine;
}

engineSuite({ name: provider.name, open, tolerance: 2e-6, missing, emulated: true });

Deno.test({
  name: "onnx-webgpu computes with tensors of more than 128 MiB, the limit that WebGPU promises everywhere",
  ignore: missing !== undefined,
  fn: async () => {
    await using engine = await open();
    const side = 740;
    const channels = 64;
    assert.ok(4 * channels * side ** 2 > 128 * 2 ** 20);
    const x = input("x", [1, 1, side, side]);
    const factors = constant(new Float32Array(channels).map((_, i) => i - 20), [1, channels, 1, 1]);
    await using program = await engine.compile({ outputs: { y: sum(relu(multiply(x, factors)), [1]) } });
    const values = new Float32Array(side ** 2).map((_, i) => i % 97 - 48);
    const { y } = await program.run({ x: values });
    // Positive factors are 1 to 43, negative ones −1 to −20: whole numbers, whose sums are exact.
    const wrong = y.filter((found, i) => found !== values[i] * (values[i] > 0 ? 946 : -210));
    assert.equal(y.length, side ** 2);
    assert.deepEqual([...wrong.subarray(0, 9)], []);
  },
});
