import {
  add,
  constant,
  divide,
  matmul,
  multiply,
  type Node,
  sqrt,
  square,
  stopGradient,
  subtract,
  total,
} from "../../graph/mod.ts";

/** Roots of a symmetric positive definite matrix A [N, N]. */
export interface MatrixRoots {
  /** A^½. */
  readonly root: Node;
  /** A^−½. */
  readonly inverse: Node;
}

/**
 * The roots by the coupled Newton–Schulz iteration (Higham 2008, Functions of Matrices, chapter 6): matrix products
 * alone. Scaled as in Chen and Chow 2014 (A stable scaling of Newton–Schulz) it takes half as many steps.
 *
 * @param least √(smallest eigenvalue / Frobenius norm) of A; the roots of what lies far below come out too small.
 */
export function matrixRoots(a: Node, least: number): MatrixRoots {
  const norm = sqrt(total(square(a)));
  const one = identity(a.shape[0]);
  let y = divide(a, norm);
  let z = one;
  for (const scale of stepScales(least)) {
    const step = subtract(multiply(one, 1.5 * scale), multiply(matmul(z, y), 0.5 * scale ** 3));
    [y, z] = [matmul(y, step), matmul(step, z)];
  }
  return { root: multiply(y, sqrt(norm)), inverse: divide(z, sqrt(norm)) };
}

/**
 * tr A^½, with its gradient ½ A^−½ in closed form: the gradient of the iteration would cost twice as much and lose
 * precision. A gradient of that gradient is not to be had.
 *
 * @param least As for {@linkcode matrixRoots}.
 */
export function traceOfRoot(a: Node, least: number): Node {
  const { root, inverse } = matrixRoots(stopGradient(a), least);
  // Zero, with the slope that is wanted.
  const change = multiply(total(multiply(inverse, subtract(a, stopGradient(a)))), 0.5);
  return add(trace(root), change);
}

/** The sum of the diagonal of a matrix [N, N]. */
export function trace(a: Node): Node {
  return total(multiply(a, identity(a.shape[0])));
}

/** The unit matrix [n, n]. */
export function identity(n: number): Node {
  const data = new Float32Array(n * n);
  for (let i = 0; i < n; i++) data[i * (n + 1)] = 1;
  return constant(data, [n, n]);
}

/**
 * The factor of each step, until the smallest singular value, which begins at `least`, is 1 to float32's precision: a
 * step takes x to ½ρx(3 − ρ²x²), and the best ρ takes both ends of the interval to one place.
 */
function stepScales(least: number): number[] {
  const scales: number[] = [];
  for (let x = least; 1 - x > 1e-6;) {
    const scale = Math.sqrt(3 / (1 + x + x * x));
    x = 0.5 * scale * x * (3 - (scale * x) ** 2);
    scales.push(scale);
  }
  return scales;
}
