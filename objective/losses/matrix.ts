import { constant, expand, multiply, type Node, type Shape, total } from "../../graph/mod.ts";

/** Unit matrices of a shape [.., N, N]. */
export function identity(shape: Shape): Node {
  const n = shape.at(-1)!;
  const data = new Float32Array(n * n);
  for (let i = 0; i < n; i++) data[i * (n + 1)] = 1;
  return expand(constant(data, shape.map((size, axis) => axis < shape.length - 2 ? 1 : size)), shape);
}

/** The sum of the diagonal of each matrix [.., N, N], as [..]. */
export function trace(a: Node): Node {
  return total(multiply(a, identity(a.shape)), a.shape.length - 2);
}
