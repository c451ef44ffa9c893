/**
 * The vector-Jacobian product of every op, in terms of other ops: calculus only. gradient.ts adds up the gradients from
 * all readers of a node, and sums over broadcast axes.
 *
 * `g` is the gradient with respect to the node's output. For an elementwise op it may have any shape that broadcasts
 * to the output's, for all others it has the output's shape.
 *
 * @module
 */
import { borderGradient } from "./border_gradient.ts";
import {
  add,
  averagePool,
  conv2d,
  divide,
  equal,
  heaviside,
  matmul,
  multiply,
  pad,
  reshape,
  reverse,
  slice,
  square,
  subtract,
  sum,
  transpose,
  upsample,
} from "./build.ts";
import { kernelGradient } from "./kernel_gradient.ts";
import type { Node, NodeOf } from "./node.ts";
import type { OpName } from "./ops.ts";

/** Returns the gradient with respect to input `index`; called only for inputs that lead to a target. */
type GradientRule<K extends OpName> = (g: Node, y: NodeOf<K>, index: number) => Node;

/** One rule per op; `null` if the derivative is zero wherever it exists, or there is no input. */
export const gradients: { readonly [K in OpName]: GradientRule<K> | null } = {
  input: null,
  constant: null,

  // d(a + b) = da + db
  add: (g) => g,
  // d(a − b) = da − db
  subtract: (g, _, index) => index === 0 ? g : multiply(g, -1),
  // d(a·b) = b·da + a·db
  multiply: (g, { inputs }, index) => multiply(g, inputs[1 - index]),
  // d(a/b) = da/b − a/b² · db
  divide: (g, { inputs: [a, b] }, index) =>
    index === 0 ? divide(g, b) : multiply(g, divide(multiply(a, -1), multiply(b, b))),
  equal: null,

  // d relu(x) = [relu(x) > 0] · dx
  relu: (g, y) => multiply(g, heaviside(y as Node)),
  heaviside: null,
  // d√x = dx / (2√x)
  sqrt: (g, y) => divide(g, multiply(y as Node, 2)),
  // d(x²) = 2x · dx
  square: (g, { inputs: [x] }) => multiply(multiply(g, 2), x),
  // d|x| = sign(x) · dx
  abs: (g, { inputs: [x] }) => multiply(g, subtract(heaviside(x), heaviside(multiply(x, -1)))),
  // d eˣ = eˣ · dx
  exp: (g, y) => multiply(g, y as Node),
  // d tanh(x) = (1 − tanh²(x)) · dx
  tanh: (g, y) => multiply(g, subtract(1, square(y as Node))),
  stopGradient: null,

  // d(A·B) = dA·B + A·dB
  matmul: (g, { inputs: [a, b] }, index) => index === 0 ? matmul(g, transpose(b)) : matmul(transpose(a), g),
  // d(X·Xᵀ) = dX·Xᵀ + X·dXᵀ, so the gradient is (g + gᵀ)·X
  gram: (g, { inputs: [x] }) => matmul(add(g, transpose(g)), x),
  // Columns of weight 0 get the gradient 0, as the weights apply to it, too.
  weightedGram: (g, { inputs: [x, weights] }, index) =>
    index === 0
      ? multiply(matmul(add(g, transpose(g)), x), weights)
      : sum(multiply(x, matmul(g, x)), [x.shape.length - 2]),
  conv2d: (g, y, index) => index === 0 ? convolutionInput(g, y) : kernelGradient(g, y),

  // Each element of a window has the weight 1/size².
  averagePool: (g, { inputs: [x], attributes: { size } }) => padEnd(upsample(multiply(g, 1 / size ** 2), size), x),
  // g goes to the largest element of each window; equal ones share it, which is a subgradient.
  maxPool: (g, y) => {
    const { inputs: [x], attributes: { size } } = y;
    const [n, c, h, w] = y.shape;
    const windows = slice(x, [0, 0, 0, 0], [n, c, h * size, w * size]);
    const largest = equal(windows, upsample(y as Node, size));
    const count = multiply(averagePool(largest, size), size ** 2);
    return padEnd(multiply(largest, upsample(divide(g, count), size)), x);
  },
  // g is summed over the copies of each value.
  upsample: (g, { attributes: { factor } }) => multiply(averagePool(g, factor), factor ** 2),

  // Every summed element has the weight 1: g broadcasts back.
  sum: (g) => g,
  expand: (g, { inputs: [x] }) => sumTo(g, x),
  reshape: (g, { inputs: [x] }) => reshape(g, x.shape),
  transpose: (g, { attributes: { order } }) => transpose(g, order.map((_, axis) => order.indexOf(axis))),
  concat: (g, { inputs, attributes: { axis } }, index) => {
    const start = inputs.slice(0, index).reduce((n, x) => n + x.shape[axis], 0);
    const starts = g.shape.map((_, i) => i === axis ? start : 0);
    return slice(g, starts, inputs[index].shape.map((n, i) => starts[i] + n));
  },
  // g with zeros between its elements and around them.
  slice: (g, { inputs: [x], attributes: { starts, steps } }) => {
    const spread = steps.reduce((node, step, axis) => spreadAxis(node, axis, step), g);
    return pad(spread, starts, x.shape.map((n, i) => n - starts[i] - spread.shape[i]));
  },
  pad: (g, { inputs: [x], attributes: { before } }) => slice(g, before, x.shape.map((n, i) => before[i] + n)),
  border: borderGradient,
  reverse: (g, { attributes: { axes } }) => reverse(g, axes),
};

/** Zeros at the bottom and the right, up to the height and width of `like`. */
function padEnd(g: Node, like: Node): Node {
  const after = like.shape.map((n, i) => n - g.shape[i]);
  return after.every((n) => n === 0) ? g : pad(g, after.map(() => 0), after);
}

/** `step − 1` zeros between the elements of one axis. */
function spreadAxis(g: Node, axis: number, step: number): Node {
  if (step === 1) return g;
  const split = [...g.shape.slice(0, axis + 1), 1, ...g.shape.slice(axis + 1)];
  const padded = pad(reshape(g, split), split.map(() => 0), split.map((_, i) => i === axis + 1 ? step - 1 : 0));
  const joined = g.shape.map((n, i) => i === axis ? n * step : n);
  const last = joined.map((n, i) => i === axis ? n - step + 1 : n);
  return slice(reshape(padded, joined), joined.map(() => 0), last);
}

/** g, spread by the stride, convolved with the kernels turned by 180° and their channels swapped. */
function convolutionInput(g: Node, { inputs: [x, kernel], attributes }: NodeOf<"conv2d">): Node {
  const { stride, dilation, padding: [top, left] } = attributes;
  const spread = spreadAxis(spreadAxis(g, 2, stride), 3, stride);
  const reach = [dilation * (kernel.shape[2] - 1), dilation * (kernel.shape[3] - 1)];
  // Rows and columns that the last step of a stride did not reach lie beyond `reach` and get a zero gradient.
  const bottom = x.shape[2] - spread.shape[2] + top;
  const right = x.shape[3] - spread.shape[3] + left;
  const rest = [Math.max(0, bottom - reach[0]), Math.max(0, right - reach[1])];
  const turned = transpose(reverse(kernel, [2, 3]), [1, 0, 2, 3]);
  const inner = conv2d(spread, turned, {
    dilation,
    padding: [reach[0] - top, reach[1] - left, bottom - rest[0], right - rest[1]],
  });
  return rest[0] + rest[1] === 0 ? inner : pad(inner, [0, 0, 0, 0], [0, 0, ...rest]);
}

/** Sums g over the axes along which `like` was broadcast. */
export function sumTo(g: Node, like: Node): Node {
  const missing = g.shape.length - like.shape.length;
  const axes = g.shape.flatMap((n, i) => i < missing || (like.shape[i - missing] === 1 && n > 1) ? [i] : []);
  return axes.length === 0 ? g : reshape(sum(g, axes), like.shape);
}
