import assert from "node:assert/strict";
import { constant, gradient, input, type Shape, total } from "../../../graph/mod.ts";
import { matrixRoots, traceOfRoot } from "../../../objective/losses/matrix_root.ts";
import { trace } from "../../../objective/losses/matrix.ts";
import { close } from "../../graph/check_op.ts";
import { interpret } from "../../graph/reference.ts";

const matrix = Float32Array.of(4.3, 0.3, 0.3, 0.3, 1.3, 0.3, 0.3, 0.3, 0.55);

// scipy.linalg.sqrtm of that matrix, and numpy.linalg.inv of the result.
const root = [
  ...[2.0691970449043318, 0.08882980457514834, 0.10262969929956132],
  ...[0.08882980457514834, 1.1256994202551969, 0.15782927819721307],
  ...[0.10262969929956132, 0.15782927819721318, 0.7173263300377509],
];
const inverse = [
  ...[0.48768815842027335, -0.029614606648091766, -0.06325884769471475],
  ...[-0.02961460664809178, 0.9184111890876827, -0.19783581188120636],
  ...[-0.06325884769471474, -0.19783581188120652, 1.4466449598373219],
];

Deno.test("matrixRoots() gives what SciPy's sqrtm gives", () => {
  const { root: y, inverse: z } = matrixRoots(constant(matrix, [3, 3]), 0.1);
  const found = interpret({ outputs: { y, z } }, {});
  close(found.y.data, root, 1e-6, "root");
  close(found.z.data, inverse, 1e-6, "inverse");
});

Deno.test("traceOfRoot() has the gradient ½ A^−½", () => {
  const a = input("a", [3, 3]);
  const value = traceOfRoot(a, 0.1);
  const [slope] = gradient(value, [a]);
  const found = interpret({ outputs: { value, slope } }, { a: matrix });
  close(found.value.data, [root[0] + root[4] + root[8]], 1e-6, "trace");
  close(found.slope.data, inverse.map((x) => x / 2), 1e-6, "gradient");
});

Deno.test("matrixRoots() resolves eigenvalues that are 10⁸ apart", () => {
  const diagonal = constant(Float32Array.of(100, 0, 0, 0, 1, 0, 0, 0, 1e-6), [3, 3]);
  const { root, inverse } = matrixRoots(diagonal, 1e-4);
  const found = interpret({ outputs: { root: trace(root), inverse: trace(inverse) } }, {});
  close(found.root.data, [11.001], 1e-6, "root");
  close(found.inverse.data, [1001.1], 1e-6, "inverse");
});

Deno.test("matrixRoots() and traceOfRoot() take each matrix of a stack by itself", () => {
  const other = Float32Array.of(900, 10, 20, 10, 500, 30, 20, 30, 300);
  const seen = [matrix, other, matrix.map((value) => value / 1000)];
  const of = (shape: Shape, data: Float32Array) => {
    const a = input("a", shape);
    const { root, inverse } = matrixRoots(a, 0.1);
    const traces = traceOfRoot(a, 0.1);
    const [slope] = gradient(total(traces), [a]);
    return interpret({ outputs: { root, inverse, traces, slope } }, { a: data });
  };
  const all = of([3, 1, 3, 3], Float32Array.from(seen.flatMap((data) => [...data])));
  const each = seen.map((data) => of([3, 3], data));
  assert.deepEqual([all.root.shape, all.traces.shape], [[3, 1, 3, 3], [3, 1]]);
  for (const key of ["root", "inverse", "traces", "slope"] as const) {
    assert.deepEqual([...all[key].data], each.flatMap((one) => [...one[key].data]), key);
  }
});
