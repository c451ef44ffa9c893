import { type Graph, type Node, type Shape, sizeOf, topologicalOrder } from "../../graph/mod.ts";
import type { NodeOf } from "../../graph/node.ts";
import type { OpName } from "../../graph/ops.ts";

/** A tensor in float64, row-major. */
export interface Values {
  readonly shape: Shape;
  readonly data: Float64Array;
}

/** Calls `visit` with every index of a shape, in row-major order. */
function forEach(shape: Shape, visit: (index: number[], position: number) => void): void {
  const index = shape.map(() => 0);
  for (let position = 0; position < sizeOf(shape); position++) {
    visit(index, position);
    for (let axis = shape.length - 1; axis >= 0 && ++index[axis] === shape[axis]; axis--) index[axis] = 0;
  }
}

/** The element at an index; axes of size 1 repeat, missing leading axes are skipped. */
function at({ shape, data }: Values, index: readonly number[]): number {
  let position = 0;
  const skipped = index.length - shape.length;
  shape.forEach((n, axis) => position = position * n + (n === 1 ? 0 : index[skipped + axis]));
  return data[position];
}

function fill(shape: Shape, value: (index: number[]) => number): Values {
  const data = new Float64Array(sizeOf(shape));
  forEach(shape, (index, position) => data[position] = value(index));
  return { shape, data };
}

type Rule<K extends OpName> = (inputs: readonly Values[], node: NodeOf<K>) => Values;

const binary = (f: (a: number, b: number) => number): Rule<OpName> => ([a, b], { shape }) =>
  fill(shape, (index) => f(at(a, index), at(b, index)));
const unary = (f: (x: number) => number): Rule<OpName> => ([x], { shape }) => fill(shape, (index) => f(at(x, index)));

function pool(x: Values, shape: Shape, size: number, combine: (window: number[]) => number): Values {
  return fill(shape, ([n, c, y, x0]) => {
    const window = [];
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) window.push(at(x, [n, c, y * size + i, x0 * size + j]));
    }
    return combine(window);
  });
}

/** Every op by plain loops in float64, written from its definition. */
const rules: { readonly [K in Exclude<OpName, "input" | "constant">]: Rule<K> } = {
  add: binary((a, b) => a + b),
  subtract: binary((a, b) => a - b),
  multiply: binary((a, b) => a * b),
  divide: binary((a, b) => a / b),
  equal: binary((a, b) => a === b ? 1 : 0),
  relu: unary((x) => x > 0 ? x : 0),
  heaviside: unary((x) => x > 0 ? 1 : 0),
  sqrt: unary(Math.sqrt),
  square: unary((x) => x * x),
  abs: unary(Math.abs),
  exp: unary(Math.exp),
  tanh: unary(Math.tanh),
  stopGradient: unary((x) => x),
  matmul: ([a, b], { shape }) =>
    fill(shape, (index) => {
      let sum = 0;
      for (let k = 0; k < a.shape.at(-1)!; k++) sum += at(a, index.with(-1, k)) * at(b, index.with(-2, k));
      return sum;
    }),
  gram: ([x], { shape }) =>
    fill(shape, (index) => {
      let sum = 0;
      for (let k = 0; k < x.shape.at(-1)!; k++) {
        sum += at(x, index.with(-1, k)) * at(x, [...index.slice(0, -2), index.at(-1)!, k]);
      }
      return sum;
    }),
  weightedGram: ([x, weights], { shape }) =>
    fill(shape, (index) => {
      const batch = index.slice(0, -2);
      let sum = 0;
      for (let k = 0; k < x.shape.at(-1)!; k++) {
        sum += at(weights, [...batch, 0, k]) * at(x, index.with(-1, k)) * at(x, [...batch, index.at(-1)!, k]);
      }
      return sum;
    }),
  conv2d: ([x, kernel], { shape, attributes: { stride, dilation, padding } }) =>
    fill(shape, ([n, o, y, x0]) => {
      let sum = 0;
      forEach(kernel.shape.slice(1), ([i, ky, kx]) => {
        const row = y * stride + ky * dilation - padding[0];
        const column = x0 * stride + kx * dilation - padding[1];
        if (row < 0 || row >= x.shape[2] || column < 0 || column >= x.shape[3]) return;
        sum += at(x, [n, i, row, column]) * at(kernel, [o, i, ky, kx]);
      });
      return sum;
    }),
  averagePool: ([x], { shape, attributes: { size } }) =>
    pool(x, shape, size, (window) => window.reduce((sum, value) => sum + value, 0) / window.length),
  maxPool: ([x], { shape, attributes: { size } }) => pool(x, shape, size, (window) => Math.max(...window)),
  upsample: ([x], { shape, attributes: { factor } }) =>
    fill(shape, ([n, c, y, x0]) => at(x, [n, c, Math.floor(y / factor), Math.floor(x0 / factor)])),
  sum: ([x], { shape, attributes: { axes } }) => {
    const data = new Float64Array(sizeOf(shape));
    forEach(x.shape, (index) => {
      const position = index.reduce((p, i, axis) => p * shape[axis] + (axes.includes(axis) ? 0 : i), 0);
      data[position] += at(x, index);
    });
    return { shape, data };
  },
  expand: ([x], { shape }) => fill(shape, (index) => at(x, index)),
  reshape: ([x], { shape }) => ({ shape, data: x.data }),
  transpose: ([x], { shape, attributes: { order } }) =>
    fill(shape, (index) => at(x, order.map((_, axis) => index[order.indexOf(axis)]))),
  concat: (inputs, { shape, attributes: { axis } }) =>
    fill(shape, (index) => {
      let before = 0;
      for (const x of inputs) {
        const inside = index[axis] - before;
        if (inside < x.shape[axis]) return at(x, index.with(axis, inside));
        before += x.shape[axis];
      }
      throw new Error("beyond the last input");
    }),
  slice: ([x], { shape, attributes: { starts, steps } }) =>
    fill(shape, (index) => at(x, index.map((i, axis) => starts[axis] + i * steps[axis]))),
  pad: ([x], { shape, attributes: { before } }) =>
    fill(shape, (index) => {
      const inside = index.map((i, axis) => i - before[axis]);
      return inside.every((i, axis) => i >= 0 && i < x.shape[axis]) ? at(x, inside) : 0;
    }),
  border: ([x], { shape, attributes: { mode, widths: [top, left] } }) => {
    const inside = (i: number, n: number) =>
      mode === "replicate" ? Math.min(n - 1, Math.max(0, i)) : i < 0 ? -i : i >= n ? 2 * (n - 1) - i : i;
    return fill(shape, ([n, c, y, x0]) => at(x, [n, c, inside(y - top, x.shape[2]), inside(x0 - left, x.shape[3])]));
  },
  reverse: ([x], { shape, attributes: { axes } }) =>
    fill(shape, (index) => at(x, index.map((i, axis) => axes.includes(axis) ? shape[axis] - 1 - i : i))),
};

/** Evaluates a graph in float64. */
export function interpret(graph: Graph, feeds: Readonly<Record<string, ArrayLike<number>>>): Record<string, Values> {
  const values = new Map<Node, Values>();
  for (const node of topologicalOrder(Object.values(graph.outputs))) {
    if (node.op === "input") {
      values.set(node, { shape: node.shape, data: Float64Array.from(feeds[node.attributes.name]) });
    } else if (node.op === "constant") {
      values.set(node, { shape: node.shape, data: Float64Array.from(node.attributes.data) });
    } else {
      const inputs = node.inputs.map((input) => values.get(input)!);
      values.set(node, (rules[node.op] as Rule<OpName>)(inputs, node as NodeOf<OpName>));
    }
  }
  return Object.fromEntries(Object.entries(graph.outputs).map(([name, node]) => [name, values.get(node)!]));
}
