import assert from "node:assert/strict";
import { onnxEngine } from "../../engines/onnx/engine.ts";
import {
  constant,
  conv2d,
  type ConvolutionAttributes,
  gradient,
  input,
  multiply,
  type Node,
  type NodeOf,
  type Shape,
  sizeOf,
  topologicalOrder,
  total,
} from "../../graph/mod.ts";
import { gradientByConvolution, gradientByTaps } from "../../graph/kernel_gradient.ts";
import { close } from "./check_op.ts";
import { interpret } from "./reference.ts";

interface Case {
  readonly x: Shape;
  readonly kernel: Shape;
  readonly attributes: Partial<ConvolutionAttributes>;
}

const cases: readonly Case[] = [1, 2].flatMap((stride) =>
  [1, 2].flatMap((dilation) =>
    [1, 2, 3].flatMap((batch): Case[] => [
      { x: [batch, 3, 8, 11], kernel: [2, 3, 3, 3], attributes: { stride, dilation } },
      { x: [batch, 2, 9, 10], kernel: [4, 2, 3, 2], attributes: { stride, dilation, padding: [2, 0, 1, 1] } },
    ])
  )
);

const waves = (length: number, speed: number) => Float32Array.from({ length }, (_, i) => Math.sin(speed * i * i + i));

/** Both forms for a case, with what they read; `loss` is the sum whose gradient they are. */
function formsOf({ x: shape, kernel: kernelShape, attributes }: Case) {
  const x = input("x", shape);
  const kernel = input("kernel", kernelShape);
  const y = conv2d(x, kernel, attributes) as NodeOf<"conv2d">;
  const g = constant(waves(sizeOf(y.shape), 0.7), y.shape);
  const feeds = { x: waves(sizeOf(shape), 0.3), kernel: waves(sizeOf(kernelShape), 0.9) };
  return {
    loss: total(multiply(y as Node, g)),
    x,
    feeds,
    taps: gradientByTaps(g, y),
    convolution: gradientByConvolution(g, y),
  };
}

const sentence = ({ x, kernel, attributes }: Case) => `[${x}] with [${kernel}] ${JSON.stringify(attributes)}`;

/** The gradient of `scalar` with respect to a feed by central differences. */
function differences(scalar: Node, feeds: Readonly<Record<string, Float32Array>>, name: string): number[] {
  const at = (i: number, h: number) => {
    const moved = Float64Array.from(feeds[name]);
    moved[i] += h;
    return interpret({ outputs: { scalar } }, { ...feeds, [name]: moved }).scalar.data[0];
  };
  return Array.from(feeds[name], (_, i) => (at(i, 1e-4) - at(i, -1e-4)) / 2e-4);
}

Deno.test("both forms of a kernel's gradient are that of central differences", () => {
  for (const each of cases) {
    const { loss, feeds, taps, convolution } = formsOf(each);
    const found = interpret({ outputs: { taps, convolution } }, feeds);
    const wanted = differences(loss, feeds, "kernel");
    close(found.taps.data, wanted, 1e-9, `by taps, ${sentence(each)}`);
    close(found.convolution.data, wanted, 1e-9, `by convolution, ${sentence(each)}`);
  }
});

Deno.test("both forms of a kernel's gradient agree within float32's rounding on onnx-cpu", async () => {
  await using engine = onnxEngine();
  for (const each of cases) {
    const { feeds, taps, convolution } = formsOf(each);
    await using program = await engine.compile({ outputs: { taps, convolution } });
    const found = await program.run({ x: feeds.x });
    close(found.taps, found.convolution, 1e-6, sentence(each));
  }
});

Deno.test("both forms of a kernel's gradient have the gradient of central differences", () => {
  for (const each of cases.slice(-2)) {
    const { x, feeds, ...forms } = formsOf(each);
    for (const form of ["taps", "convolution"] as const) {
      const weights = waves(sizeOf(each.kernel), 0.5);
      const scalar = total(multiply(forms[form], constant(weights, each.kernel)));
      const [slope] = gradient(scalar, [x]);
      const found = interpret({ outputs: { slope } }, feeds);
      close(found.slope.data, differences(scalar, feeds, "x"), 1e-9, `by ${form}, ${sentence(each)}`);
    }
  }
});

Deno.test("gradient() takes kernels of up to 5×5 tap by tap, and larger ones by a convolution", () => {
  for (const [size, op] of [[1, "matmul"], [3, "matmul"], [5, "matmul"], [7, "conv2d"], [9, "conv2d"]] as const) {
    const x = input("x", [1, 3, 9, 9]);
    const kernel = input("kernel", [2, 3, size, size]);
    const [slope] = gradient(total(conv2d(x, kernel)), [kernel]);
    const ops = new Set(topologicalOrder([slope]).map((node) => node.op));
    assert.deepEqual([...ops].filter((op) => op === "matmul" || op === "conv2d"), [op], `${size}×${size}`);
  }
});
