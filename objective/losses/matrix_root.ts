import {
  add,
  divide,
  matmul,
  multiply,
  type Node,
  reshape,
  sqrt,
  square,
  stopGradient,
  subtract,
  total,
} from "../../graph/mod.ts";
import { identity, trace } from "./matrix.ts";

/** Roots of symmetric positive definite matrices A [.., N, N], each by itself. */
interface MatrixRoots {
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
  const leading = a.shape.length - 2;
  const norm = reshape(sqrt(total(square(a), leading)), [...a.shape.slice(0, leading), 1, 1]);
  const one = identity(a.shape);
  let y = divide(a, norm);
  let z = one;
  for (const scale of stepScales(least)) {
    const step = subtract(multiply(one, 1.5 * scale), multiply(matmul(z, y), 0.5 * scale ** 3));
    [y, z] = [matmul(y, step), matmul(step, z)];
  }
  return { root: multiply(y, sqrt(norm)), inverse: divide(z, sqrt(norm)) };
}

/**
 * tr A^½ of each matrix [.., N, N], as [..], with its gradient ½ A^−½ in closed form: the gradient of the iteration
 * would cost twice as much and lose precision. It has no second derivative.
 *
 * @param least As for {@linkcode matrixRoots}.
 */
export function traceOfRoot(a: Node, least: number): Node {
  const { root, inverse } = matrixRoots(stopGradient(a), least);
  // Zero, with the gradient ½ A^−½.
  const change = multiply(total(multiply(inverse, subtract(a, stopGradient(a))), a.shape.length - 2), 0.5);
  return add(trace(root), change);
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
