import type { Tensor, Tensor4D } from "npm:@tensorflow/tfjs-core@4.22.0";
import type { NodeOf } from "../../graph/node.ts";
import type { OpName } from "../../graph/ops.ts";
import { axesIn, inLayout, laidOut, type Layout, type TensorFlow, type Value } from "./values.ts";

type Lowering<K extends OpName> = (tf: TensorFlow, inputs: readonly Value[], node: NodeOf<K>) => Value;

/** Applies `f` to a tensor in the layout that it has. */
const unary = (f: (tf: TensorFlow, x: Tensor) => Tensor): Lowering<OpName> => (tf, [x]) => ({
  ...x,
  tensor: f(tf, x.tensor),
});

/** Applies `f` to two tensors that broadcast; if one is NHWC, the other is converted. */
const binary = (f: (tf: TensorFlow, a: Tensor, b: Tensor) => Tensor): Lowering<OpName> => (tf, values, { shape }) => {
  const layout = shape.length === 4 && values.some((value) => value.layout === "last") ? "last" : "first";
  const [a, b] = values.map((value) => laidOut(tf, layout === "last" ? withFourAxes(tf, value) : value, layout));
  return { tensor: f(tf, a, b), layout };
};

/** Applies `f` to a tensor of four axes in NHWC. */
const spatial =
  <K extends OpName>(f: (tf: TensorFlow, x: Tensor4D, node: NodeOf<K>) => Tensor): Lowering<K> => (tf, [x], node) => ({
    tensor: f(tf, laidOut(tf, x, "last") as Tensor4D, node),
    layout: "last",
  });

/** Applies `f` to tensors in the graph's own order of axes. */
const plain =
  <K extends OpName>(f: (tf: TensorFlow, x: readonly Tensor[], node: NodeOf<K>) => Tensor): Lowering<K> =>
  (tf, inputs, node) => ({
    tensor: f(tf, inputs.map((input) => laidOut(tf, input, "first")), node),
    layout: "first",
  });

/** Applies `f`, which takes lists with an entry per axis, to a tensor in the layout that it has. */
const perAxis = <K extends OpName>(
  f: (tf: TensorFlow, x: Tensor, order: <T>(list: readonly T[]) => T[], node: NodeOf<K>, layout: Layout) => Tensor,
): Lowering<K> =>
(tf, [x], node) => ({
  ...x,
  tensor: f(tf, x.tensor, (list) => inLayout(list, x.layout), node, x.layout),
});

/** One row per op: the calls of TensorFlow.js that compute it. */
export const lowerings: { readonly [K in Exclude<OpName, "input" | "constant">]: Lowering<K> } = {
  add: binary((tf, a, b) => tf.add(a, b)),
  subtract: binary((tf, a, b) => tf.sub(a, b)),
  multiply: binary((tf, a, b) => tf.mul(a, b)),
  divide: binary((tf, a, b) => tf.div(a, b)),
  equal: binary((tf, a, b) => tf.cast(tf.equal(a, b), "float32")),
  relu: unary((tf, x) => tf.relu(x)),
  heaviside: unary((tf, x) => tf.cast(tf.greater(x, 0), "float32")),
  sqrt: unary((tf, x) => tf.sqrt(x)),
  square: unary((tf, x) => tf.square(x)),
  abs: unary((tf, x) => tf.abs(x)),
  exp: unary((tf, x) => tf.exp(x)),
  tanh: unary((tf, x) => tf.tanh(x)),
  stopGradient: unary((tf, x) => tf.clone(x)),
  matmul: plain((tf, [a, b]) => tf.matMul(a, b)),
  gram: plain((tf, [x]) => tf.matMul(x, x, false, true)),
  weightedGram: plain((tf, [x, weights]) => tf.matMul(tf.mul(x, weights), x, false, true)),
  conv2d: (tf, [x, kernel], { attributes: { stride, dilation, padding: [top, left, bottom, right] } }) => ({
    tensor: tf.conv2d(
      laidOut(tf, x, "last") as Tensor4D,
      laidOut(tf, kernel, "kernel") as Tensor4D,
      stride,
      [[0, 0], [top, bottom], [left, right], [0, 0]],
      "NHWC",
      dilation,
    ),
    layout: "last",
  }),
  averagePool: spatial((tf, x, { attributes: { size } }) => tf.avgPool(x, size, size, "valid")),
  maxPool: spatial((tf, x, { attributes: { size } }) => tf.maxPool(x, size, size, "valid")),
  // By broadcasting: resizeNearestNeighbor rounds the quotient of two sizes.
  upsample: spatial((tf, x, { attributes: { factor } }) => {
    const [n, h, w, c] = x.shape;
    const columns = tf.broadcastTo(tf.reshape(x, [n * h * w, 1, c]), [n * h * w, factor, c]);
    const row = w * factor * c;
    const rows = tf.broadcastTo(tf.reshape(columns, [n * h, 1, row]), [n * h, factor, row]);
    return tf.reshape(rows, [n, h * factor, w * factor, c]);
  }),
  sum: perAxis((tf, x, _, { attributes: { axes } }, layout) =>
    axes.length === 0 ? tf.clone(x) : tf.sum(x, axesIn(axes, layout), true)
  ),
  expand: (tf, [x], { shape }) =>
    x.tensor.rank === shape.length
      ? { ...x, tensor: tf.broadcastTo(x.tensor, inLayout(shape, x.layout)) }
      : { tensor: tf.broadcastTo(laidOut(tf, x, "first"), [...shape]), layout: "first" },
  reshape: plain((tf, [x], { shape }) => tf.reshape(x, [...shape])),
  transpose: plain((tf, [x], { attributes: { order } }) => tf.transpose(x, [...order])),
  concat: (tf, inputs, { attributes: { axis } }) => {
    const { layout } = inputs[0];
    return { tensor: tf.concat(inputs.map((x) => laidOut(tf, x, layout)), axesIn([axis], layout)[0]), layout };
  },
  slice: perAxis((tf, x, order, { attributes: { starts, ends, steps } }) =>
    tf.stridedSlice(x, order(starts), order(ends), order(steps))
  ),
  pad: perAxis((tf, x, order, { attributes: { before, after } }) =>
    tf.pad(x, order(before.map((n, axis): [number, number] => [n, after[axis]])))
  ),
  border: perAxis((tf, x, order, { attributes: { mode, widths: [top, left, bottom, right] } }, layout) => {
    if (mode === "reflect") return tf.mirrorPad(x, order([[0, 0], [0, 0], [top, bottom], [left, right]]), mode);
    const [rows, columns] = axesIn([2, 3], layout);
    return edged(tf, edged(tf, x, rows, top, bottom), columns, left, right);
  }),
  reverse: perAxis((tf, x, _, { attributes: { axes } }, layout) => tf.reverse(x, axesIn(axes, layout))),
};

/** Repeats the first line of an axis `before` times, and the last `after` times. */
function edged(tf: TensorFlow, x: Tensor, axis: number, before: number, after: number): Tensor {
  const line = (at: number) => tf.slice(x, x.shape.map((_, i) => i === axis ? at : 0), x.shape.with(axis, 1));
  const last = x.shape[axis] - 1;
  return tf.concat([...Array(before).fill(line(0)), x, ...Array(after).fill(line(last))], axis);
}

/** A value with axes of size 1 in front, up to four, as broadcasting adds them; a scalar needs none. */
function withFourAxes(tf: TensorFlow, { tensor, layout }: Value): Value {
  if (tensor.rank === 4 || tensor.rank === 0) return { tensor, layout };
  return { tensor: tf.reshape(tensor, [...Array(4 - tensor.rank).fill(1), ...tensor.shape]), layout };
}
