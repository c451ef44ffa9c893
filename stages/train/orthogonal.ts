import type { Engine } from "../../engines/engine.ts";
import {
  add,
  constant,
  divide,
  gram,
  input,
  matmul,
  mean,
  multiply,
  type Node,
  sizeOf,
  sqrt,
  square,
} from "../../graph/mod.ts";
import type { PainterArchitecture } from "../../networks/painter.ts";
import type { Matrices, Matrix } from "../../optimisers/muon.ts";
import { weightsLayout } from "./program.ts";

/** Steps of the iteration, and its factors of X, X Xᵀ X and (X Xᵀ)² X: few steps bring every direction near to 1 (Jordan 2024). */
const [iterations, factors] = [5, [3.4445, -4.7750, 2.0315]];

/**
 * The kernels of a painter as matrices, a row for each of their results; without the first and the last, which read and
 * write colours.
 */
export function kernelMatrices(architecture: PainterArchitecture): readonly Matrix[] {
  const kernels = [...weightsLayout(architecture)].filter(([name]) => name !== "row").slice(1, -1);
  return kernels.map(([name, { from, shape }]) => {
    const [rows] = shape;
    return { name, from, rows, columns: sizeOf(shape) / rows };
  });
}

/** Opens what makes matrices nearly orthogonal, by a Newton–Schulz iteration, until it is disposed of. */
export async function openOrthogonaliser(
  matrices: readonly Matrix[],
  engine: Engine,
): Promise<Matrices & AsyncDisposable> {
  if (matrices.length === 0) return { matrices, orthogonalise: async () => ({}), async [Symbol.asyncDispose]() {} };
  const outputs = matrices.map(({ name, rows, columns }) => {
    const given = input(name, [rows, columns]);
    const norm = sqrt(multiply(mean(square(given), [0, 1]), rows * columns));
    const matrix = divide(given, add(norm, 1e-12));
    // The iteration of X is made on X Xᵀ, which is small; all of its factors together multiply X once.
    const unit = Float32Array.from({ length: rows ** 2 }, (_, i) => i % (rows + 1) === 0 ? 1 : 0);
    const identity = constant(unit, [rows, rows]);
    let product: Node = identity;
    let both: Node = gram(matrix);
    for (let i = 0; i < iterations; i++) {
      const powers = [identity, both, matmul(both, both)];
      const factor = powers.map((power, k) => multiply(power, factors[k])).reduce(add);
      product = matmul(factor, product);
      both = matmul(matmul(factor, both), factor);
    }
    return [name, matmul(product, matrix)] as const;
  });
  const program = await engine.compile({ outputs: Object.fromEntries(outputs) });
  return {
    matrices,
    orthogonalise: (matrices) => program.run(matrices),
    [Symbol.asyncDispose]: () => program[Symbol.asyncDispose](),
  };
}
