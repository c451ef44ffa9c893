import assert from "node:assert/strict";
import { onnxEngine } from "../../../engines/onnx/engine.ts";
import { kernelMatrices, openOrthogonaliser } from "../../../stages/train/orthogonal.ts";
import { painterArchitectures } from "../../../networks/painter.ts";

/** The mirror at the plane across v: an orthogonal matrix. */
const mirror = (v: readonly number[]) =>
  v.map((a, i) => v.map((b, j) => +(i === j) - 2 * a * b / v.reduce((sum, x) => sum + x * x, 0)));
const product = (a: readonly (readonly number[])[], b: readonly (readonly number[])[]) =>
  a.map((row) => b[0].map((_, j) => row.reduce((sum, x, k) => sum + x * b[k][j], 0)));

/** What five steps of Jordan's iteration make of a singular value. */
const raised = (value: number) => {
  for (let i = 0; i < 5; i++) value = 3.4445 * value - 4.775 * value ** 3 + 2.0315 * value ** 5;
  return value;
};

Deno.test("a matrix keeps its directions, and each of them comes near to one", async () => {
  // U Σ Vᵀ with singular values from 3 to a hundredth of it.
  const [u, v] = [mirror([1, 2, -1, 3]), mirror([1, -1, 2, 0, 3, 1])];
  const values = [3, 1, 0.3, 0.03];
  const stretched = values.map((value, i) => v[i].map((x) => value * x));
  const matrix = product(u, stretched);
  await using engine = onnxEngine({ threads: 1 });
  const matrices = [{ name: "kernel", from: 0, rows: 4, columns: 6 }];
  await using orthogonaliser = await openOrthogonaliser(matrices, engine);
  const { kernel } = await orthogonaliser.orthogonalise({ kernel: Float32Array.from(matrix.flat()) });
  const result = Array.from({ length: 4 }, (_, i) => [...kernel.subarray(6 * i, 6 * i + 6)]);
  // Both mirrors undo themselves.
  const inner = product(product(u, result), v);
  inner.forEach((row, i) =>
    row.forEach((x, j) => {
      if (i === j) {
        assert(x > 0.6 && x < 1.3, `direction ${i} has ${x}`);
        const expected = raised(values[i] / Math.hypot(...values));
        assert(Math.abs(x - expected) < 1e-4, `direction ${i} has ${x}, not ${expected}`);
      } else assert(Math.abs(x) < 1e-4, `directions ${i} and ${j} are mixed: ${x}`);
    })
  );
});

Deno.test("the kernels of a painter are matrices, but not those that read and write colours", () => {
  const matrices = kernelMatrices(painterArchitectures.p16l);
  const names = matrices.map(({ name }) => name);
  assert.equal(names[0], "half.weight");
  assert.equal(names.at(-1), "full2.weight");
  assert.deepEqual(matrices[0], { name: "half.weight", from: 16 * 3 * 25, rows: 32, columns: 16 * 9 });
});
