import assert from "node:assert/strict";
import * as builders from "../../graph/build.ts";
import {
  border,
  constant,
  conv2d,
  exp,
  gradient,
  input,
  maxPool,
  multiply,
  type Node,
  print,
  relu,
  sizeOf,
  square,
  stopGradient,
  tanh,
  total,
} from "../../graph/mod.ts";
import { shapeRules } from "../../graph/ops.ts";
import { close } from "./check_op.ts";
import { opCases } from "./op_cases.ts";
import { interpret } from "./reference.ts";

Deno.test("every op has a function that builds it", () => {
  assert.deepEqual(
    Object.keys(shapeRules).filter((op) => typeof builders[op as keyof typeof builders] !== "function"),
    [],
  );
});

Deno.test("every op has a case in the conformance suite", () => {
  const covered = new Set(opCases.map(({ op }) => op as string));
  assert.deepEqual(Object.keys(shapeRules).filter((op) => !covered.has(op)), []);
});

Deno.test("gradient() of a convolution's energy prints as more of the same graph", () => {
  const image = input("image", [1, 1, 4, 4]);
  const kernel = constant(Float32Array.from({ length: 9 }, (_, i) => i), [1, 1, 3, 3]);
  const value = total(square(relu(conv2d(image, kernel, { padding: [1, 1, 1, 1] }))));
  const [slope] = gradient(value, [image]);
  assert.equal(
    print({ outputs: { value, slope } }),
    `%0 = input() name=image : [1, 1, 4, 4]
%1 = constant() 0 1 2 3 … : [1, 1, 3, 3]
%2 = conv2d(%0, %1) stride=1 dilation=1 padding=[1,1,1,1] : [1, 1, 4, 4]
%3 = relu(%2) : [1, 1, 4, 4]
%4 = square(%3) : [1, 1, 4, 4]
%5 = sum(%4) axes=[3] : [1, 1, 4, 1]
%6 = sum(%5) axes=[2] : [1, 1, 1, 1]
%7 = reshape(%6) : []
%8 = constant() 1 : []
%9 = reshape(%8) : [1, 1, 1, 1]
%10 = expand(%9) : [1, 1, 4, 1]
%11 = constant() 2 : []
%12 = multiply(%10, %11) : [1, 1, 4, 1]
%13 = multiply(%12, %3) : [1, 1, 4, 4]
%14 = heaviside(%3) : [1, 1, 4, 4]
%15 = multiply(%13, %14) : [1, 1, 4, 4]
%16 = reverse(%1) axes=[2,3] : [1, 1, 3, 3]
%17 = transpose(%16) order=[1,0,2,3] : [1, 1, 3, 3]
%18 = conv2d(%15, %17) stride=1 dilation=1 padding=[1,1,1,1] : [1, 1, 4, 4]
value = %7
slope = %18`,
  );
});

Deno.test("gradient() builds nothing for constants", () => {
  const x = input("x", [2]);
  const frozen = input("frozen", [2]);
  const [slope] = gradient(total(multiply(x, frozen)), [x]);
  const text = print({ outputs: { slope } });
  assert.ok(!text.includes("name=x"), text);
});

Deno.test("gradient() of a gradient is the second derivative", () => {
  // d²/dx² Σ x⁴ = 12 x².
  const x = input("x", [3]);
  const [first] = gradient(total(square(square(x))), [x]);
  const [second] = gradient(total(first), [x]);
  const { second: found } = interpret({ outputs: { second } }, { x: [1, -2, 0.5] });
  close(found.data, [12, 48, 3], 1e-12, "12 x²");
});

Deno.test("gradient() of a gradient is that of the formula for exp and tanh", () => {
  const at = [-2, 0, 0.5];
  const secondOf = (f: (x: Node) => Node) => {
    const x = input("x", [3]);
    const [first] = gradient(total(f(x)), [x]);
    const [second] = gradient(total(first), [x]);
    return interpret({ outputs: { second } }, { x: at }).second.data;
  };
  close(secondOf(exp), at.map(Math.exp), 1e-12, "eˣ");
  // d²/dx² tanh(x) = −2 tanh(x) (1 − tanh²(x)).
  close(secondOf(tanh), at.map((x) => -2 * Math.tanh(x) * (1 - Math.tanh(x) ** 2)), 1e-12, "tanh");
});

Deno.test("gradient() of a border's gradient is that of central differences", () => {
  const wave = (i: number) => Math.sin(i * i + 1);
  for (const mode of ["replicate", "reflect"] as const) {
    const x = input("x", [1, 1, 4, 5]);
    const bordered = border(x, mode, [3, 1, 2, 4]);
    const weights = Float32Array.from({ length: sizeOf(bordered.shape) }, (_, i) => wave(i));
    const [first] = gradient(total(multiply(multiply(square(bordered), bordered), constant(weights, bordered.shape))), [
      x,
    ]);
    const scalar = total(multiply(first, constant(Float32Array.from({ length: 20 }, (_, i) => wave(3 * i)), x.shape)));
    const [second] = gradient(scalar, [x]);
    const at = Float64Array.from({ length: 20 }, (_, i) => wave(2 * i));
    const moved = (i: number, h: number) =>
      interpret({ outputs: { scalar } }, { x: at.with(i, at[i] + h) }).scalar.data[0];
    const differences = at.map((_, i) => (moved(i, 1e-5) - moved(i, -1e-5)) / 2e-5);
    close(interpret({ outputs: { second } }, { x: at }).second.data, differences, 1e-7, mode);
  }
});

Deno.test("border() takes any width that a mirror has lines for, and says what is wrong with another", () => {
  const x = input("x", [1, 2, 4, 3]);
  assert.deepEqual(border(x, "reflect", [3, 2, 3, 2]).shape, [1, 2, 10, 7]);
  assert.deepEqual(border(input("row", [1, 2, 1, 3]), "reflect", [0, 1, 0, 1]).shape, [1, 2, 1, 5]);
  for (const widths of [4, [0, 3, 0, 0], [0, 0, 4, 0]] as const) {
    assert.throws(() => border(x, "reflect", widths), {
      name: "RangeError",
      message: /must hold more rows and columns than it reflects: current shape is \[1,2,4,3\], widths are \[[\d,]+\]$/,
    });
  }
  for (const width of [-1, 0.5, NaN]) {
    assert.throws(() => border(x, "replicate", width), { name: "RangeError", message: /widths must be counts/ });
  }
});

Deno.test("gradient() is zero for a target that the scalar does not depend on", () => {
  const x = input("x", [2]);
  const other = input("other", [3]);
  const [slope] = gradient(total(x), [other]);
  const { slope: found } = interpret({ outputs: { slope } }, { x: [1, 2], other: [1, 2, 3] });
  assert.deepEqual([...found.data], [0, 0, 0]);
});

Deno.test("gradient() takes what stopGradient() holds for a constant", () => {
  // d/dx Σ x · [x] = [x], where d/dx Σ x² would be 2x.
  const x = input("x", [2]);
  const [slope] = gradient(total(multiply(x, stopGradient(x))), [x]);
  const { slope: found } = interpret({ outputs: { slope } }, { x: [3, -4] });
  assert.deepEqual([...found.data], [3, -4]);
});

Deno.test("gradient() throws where its source is no scalar", () => {
  const x = input("x", [2]);
  assert.throws(() => gradient(x, [x]), /must be a scalar: current shape is \[2\]/);
});

Deno.test("total() sums what lies behind the leading axes", () => {
  const x = input("x", [2, 3, 1, 2]);
  const feeds = { x: Float32Array.from({ length: 12 }, (_, i) => 2 ** i) };
  const found = interpret({ outputs: { all: total(x), each: total(x, 1), pairs: total(x, 2) } }, feeds);
  assert.deepEqual([found.all.shape, found.each.shape, found.pairs.shape], [[], [2], [2, 3]]);
  assert.deepEqual([...found.all.data], [4095]);
  assert.deepEqual([...found.each.data], [63, 4032]);
  assert.deepEqual([...found.pairs.data], [3, 12, 48, 192, 768, 3072]);
});

Deno.test("an op throws where shapes do not fit, and says which", () => {
  const x = input("x", [1, 2, 4, 4]);
  const kernel = input("kernel", [1, 3, 3, 3]);
  assert.throws(() => conv2d(x, kernel), /Cannot build conv2d as channels must agree/);
  assert.throws(
    () => multiply(input("a", [2]), input("b", [3])),
    /shapes must broadcast: current shapes are \[2\] and \[3\]/,
  );
});

Deno.test("the gradient of max pooling is shared by the largest values, and adds up", () => {
  const x = input("x", [1, 1, 2, 6]);
  const weights = constant(Float32Array.of(1, 10, 100), [1, 1, 1, 3]);
  const node = total(multiply(maxPool(x, 2), weights));
  const [slope] = gradient(node, [x]);
  // Two largest values, one, and four.
  const at = [3, 3, 5, 1, 2, 2, 1, 2, 4, 0, 2, 2];
  const { slope: found } = interpret({ outputs: { slope } }, { x: at });
  assert.deepEqual([...found.data], [0.5, 0.5, 10, 0, 25, 25, 0, 0, 0, 0, 25, 25]);
  // Between the two slopes of a kink lies the central difference, which is the half of either at two equal values.
  const valueAt = (h: number) => interpret({ outputs: { node } }, { x: at.with(1, 3 + h) }).node.data[0];
  assert.ok(Math.abs((valueAt(1e-4) - valueAt(-1e-4)) / 2e-4 - 0.5) < 1e-9);
});
