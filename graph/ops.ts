/**
 * The ops of the graph: the inputs of each, and the shape of its output. Tensors are float32, in row-major order;
 * pictures and features are NCHW. To add an op: one line in {@linkcode OpAttributes}, one row in
 * {@linkcode shapeRules}, a function in build.ts, and the rows that `deno check` then asks for.
 *
 * @module
 */

/** The sizes of a tensor, outermost first; `[]` is a scalar. */
export type Shape = readonly number[];

/** Settings of a convolution. */
export interface ConvolutionAttributes {
  /** Step of the kernel in rows and columns. */
  readonly stride: number;
  /** Distance of the kernel's taps in rows and columns. */
  readonly dilation: number;
  /** Zeros added: top, left, bottom, right. */
  readonly padding: readonly [number, number, number, number];
}

/** Settings of a border. */
export interface BorderAttributes {
  /** Copies of the outermost row or column, or the rows and columns inside it mirrored. */
  readonly mode: "replicate" | "reflect";
  /** Rows and columns added: top, left, bottom, right. */
  readonly widths: readonly [number, number, number, number];
}

/** Every op with its attributes: the one list that all tables are typed by. */
export interface OpAttributes {
  // Leaves.
  /** A tensor fed at each run. */
  input: { readonly name: string; readonly shape: Shape };
  /** A tensor known beforehand; its data is never written to. */
  constant: { readonly data: Float32Array; readonly shape: Shape };

  // Elementwise, with NumPy's broadcasting.
  /** a + b. */
  add: Empty;
  /** a − b. */
  subtract: Empty;
  /** a · b. */
  multiply: Empty;
  /** a / b. */
  divide: Empty;
  /** 1 if a = b, else 0. */
  equal: Empty;

  // Elementwise, of one tensor.
  /** max(x, 0). */
  relu: Empty;
  /** 1 if x > 0, else 0. */
  heaviside: Empty;
  /** √x. */
  sqrt: Empty;
  /** x². */
  square: Empty;
  /** |x|. */
  abs: Empty;
  /** eˣ. */
  exp: Empty;
  /** The hyperbolic tangent. */
  tanh: Empty;
  /** x itself, which counts as a constant for every gradient. */
  stopGradient: Empty;

  // Linear algebra.
  /** Matrix product of the last two axes; the leading ones must agree. */
  matmul: Empty;
  /** Gram matrix x · xᵀ of the last two axes: the rows' inner products. */
  gram: Empty;
  /** x · diag(w) · xᵀ of the last two axes; w is a single row. */
  weightedGram: Empty;
  /** Cross-correlation of [N, I, H, W] with kernels [O, I, h, w]. */
  conv2d: ConvolutionAttributes;

  // Windows of `size` × `size` without overlap; rows and columns left over are dropped.
  /** The mean of each window. */
  averagePool: { readonly size: number };
  /** The greatest value of each window. */
  maxPool: { readonly size: number };
  /** Each value of [N, C, H, W] repeated `factor` times along H and W. */
  upsample: { readonly factor: number };

  // Reductions and movement.
  /** Sum over axes, which stay with size 1. */
  sum: { readonly axes: readonly number[] };
  /** Repeats the axes of size 1 up to `shape`. */
  expand: { readonly shape: Shape };
  /** The same values in another shape. */
  reshape: { readonly shape: Shape };
  /** `order[i]` is the axis that becomes axis i. */
  transpose: { readonly order: readonly number[] };
  /** Tensors joined along an axis. */
  concat: { readonly axis: number };
  /** Per axis: first index, end (exclusive), step > 0. */
  slice: { readonly starts: readonly number[]; readonly ends: readonly number[]; readonly steps: readonly number[] };
  /** Zeros added before and after each axis. */
  pad: { readonly before: readonly number[]; readonly after: readonly number[] };
  /** Rows and columns added on the sides of [N, C, H, W], which repeat those that are there. */
  border: BorderAttributes;
  /** Reverses the order along the given axes. */
  reverse: { readonly axes: readonly number[] };
}

/** Attributes of an op that has none. */
export type Empty = Readonly<Record<never, never>>;

/** Name of an op. */
export type OpName = keyof OpAttributes;

/** Number of elements of a shape. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, n) => product * n, 1);
}

/** Whether two shapes are the same. */
export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((n, i) => n === b[i]);
}

/**
 * The shape that two shapes broadcast to, as in NumPy: aligned at the last axis, sizes equal or 1.
 *
 * @throws {RangeError} if they do not fit.
 */
function broadcastShapes(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const m = a[a.length - rank + i] ?? 1;
    const n = b[b.length - rank + i] ?? 1;
    demand(m === n || m === 1 || n === 1, `shapes must broadcast: current shapes are [${a}] and [${b}]`);
    return m === 1 ? n : m;
  });
}

type ShapeRule<K extends OpName> = (inputs: readonly Shape[], attributes: OpAttributes[K]) => Shape;

const broadcast = ([a, b]: readonly Shape[]) => broadcastShapes(a, b);
const unchanged = ([x]: readonly Shape[]) => x;

/** How many inputs each op takes; `null` means one or more. */
export const arity: { readonly [K in OpName]: number | null } = {
  input: 0,
  constant: 0,
  add: 2,
  subtract: 2,
  multiply: 2,
  divide: 2,
  equal: 2,
  relu: 1,
  heaviside: 1,
  sqrt: 1,
  square: 1,
  abs: 1,
  exp: 1,
  tanh: 1,
  stopGradient: 1,
  matmul: 2,
  gram: 1,
  weightedGram: 2,
  conv2d: 2,
  averagePool: 1,
  maxPool: 1,
  upsample: 1,
  sum: 1,
  expand: 1,
  reshape: 1,
  transpose: 1,
  concat: null,
  slice: 1,
  pad: 1,
  border: 1,
  reverse: 1,
};

/** The output shape of every op; each rule throws a RangeError on inputs that do not fit. */
export const shapeRules: { readonly [K in OpName]: ShapeRule<K> } = {
  input: (_, { shape }) => shape,
  constant: (_, { data, shape }) => {
    demand(data.length === sizeOf(shape), `data must fill [${shape}]: current length is ${data.length}`);
    return shape;
  },
  add: broadcast,
  subtract: broadcast,
  multiply: broadcast,
  divide: broadcast,
  equal: broadcast,
  relu: unchanged,
  heaviside: unchanged,
  sqrt: unchanged,
  square: unchanged,
  abs: unchanged,
  exp: unchanged,
  tanh: unchanged,
  stopGradient: unchanged,
  matmul: ([a, b]) => {
    const fits = a.length >= 2 && a.length === b.length && a.at(-1) === b.at(-2) &&
      sameShape(a.slice(0, -2), b.slice(0, -2));
    demand(fits, `inner sizes must agree: current shapes are [${a}] and [${b}]`);
    return [...a.slice(0, -1), b.at(-1)!];
  },
  gram: ([x]) => {
    demand(x.length >= 2, `the input must be a matrix: current shape is [${x}]`);
    return [...x.slice(0, -1), x.at(-2)!];
  },
  weightedGram: ([x, weights]) => {
    const fits = x.length >= 2 && sameShape(weights, x.with(-2, 1));
    demand(fits, `the weights must be a row for the columns of a matrix: current shapes are [${x}] and [${weights}]`);
    return [...x.slice(0, -1), x.at(-2)!];
  },
  conv2d: ([x, kernel], { stride, dilation, padding: [top, left, bottom, right] }) => {
    demand(
      x.length === 4 && kernel.length === 4,
      `input and kernel must have 4 axes: current shapes are [${x}] and [${kernel}]`,
    );
    demand(x[1] === kernel[1], `channels must agree: input [${x}], kernel [${kernel}]`);
    const reach = [dilation * (kernel[2] - 1), dilation * (kernel[3] - 1)];
    demand(
      Math.max(top, bottom) <= reach[0] && Math.max(left, right) <= reach[1],
      `padding must be within the kernel's reach of [${reach}]: current padding is [${[top, left, bottom, right]}]`,
    );
    const height = Math.floor((x[2] + top + bottom - reach[0] - 1) / stride) + 1;
    const width = Math.floor((x[3] + left + right - reach[1] - 1) / stride) + 1;
    demand(height > 0 && width > 0, `the kernel must fit the input: input [${x}], kernel [${kernel}]`);
    return [x[0], kernel[0], height, width];
  },
  averagePool: pooled,
  maxPool: pooled,
  upsample: ([x], { factor }) => {
    demand(x.length === 4, `the input must be NCHW: current shape is [${x}]`);
    return [x[0], x[1], x[2] * factor, x[3] * factor];
  },
  sum: ([x], { axes }) => {
    demand(axes.every((axis) => axis >= 0 && axis < x.length), `axes must lie in [${x}]: current axes are [${axes}]`);
    return x.map((n, i) => axes.includes(i) ? 1 : n);
  },
  expand: ([x], { shape }) => {
    demand(sameShape(broadcastShapes(x, shape), shape), `[${x}] must broadcast to [${shape}]`);
    return shape;
  },
  reshape: ([x], { shape }) => {
    demand(sizeOf(x) === sizeOf(shape), `sizes must agree: current shapes are [${x}] and [${shape}]`);
    return shape;
  },
  transpose: ([x], { order }) => {
    const all = [...order].sort((a, b) => a - b).every((axis, i) => axis === i);
    demand(all && order.length === x.length, `order must name every axis of [${x}] once: current order is [${order}]`);
    return order.map((axis) => x[axis]);
  },
  concat: (shapes, { axis }) => {
    const [first] = shapes;
    const fits = shapes.every((shape) =>
      shape.length === first.length && shape.every((n, i) => i === axis || n === first[i])
    );
    demand(
      fits && axis >= 0 && axis < first.length,
      `shapes must agree beside axis ${axis}: ${shapes.map((s) => `[${s}]`).join(" ")}`,
    );
    return first.map((n, i) => i === axis ? shapes.reduce((total, shape) => total + shape[axis], 0) : n);
  },
  slice: ([x], { starts, ends, steps }) => {
    const fits = [starts, ends, steps].every((list) => list.length === x.length) &&
      x.every((n, i) => starts[i] >= 0 && starts[i] < ends[i] && ends[i] <= n && steps[i] > 0);
    demand(fits, `bounds must lie in [${x}]: current bounds are [${starts}] to [${ends}] by [${steps}]`);
    return x.map((_, i) => Math.ceil((ends[i] - starts[i]) / steps[i]));
  },
  pad: ([x], { before, after }) => {
    const fits = before.length === x.length && after.length === x.length && [...before, ...after].every((n) => n >= 0);
    demand(fits, `padding must be >= 0 on every axis of [${x}]: current padding is [${before}] and [${after}]`);
    return x.map((n, i) => before[i] + n + after[i]);
  },
  border: ([x], { mode, widths }) => {
    demand(x.length === 4, `the input must be NCHW: current shape is [${x}]`);
    demand(
      widths.every((n) => Number.isInteger(n) && n >= 0),
      `widths must be counts: current widths are [${widths}]`,
    );
    const [top, left, bottom, right] = widths;
    demand(
      mode === "replicate" || Math.max(top, bottom) < x[2] && Math.max(left, right) < x[3],
      `the input must hold more rows and columns than it reflects: current shape is [${x}], widths are [${widths}]`,
    );
    return [x[0], x[1], top + x[2] + bottom, left + x[3] + right];
  },
  reverse: ([x], { axes }) => {
    demand(axes.every((axis) => axis >= 0 && axis < x.length), `axes must lie in [${x}]: current axes are [${axes}]`);
    return x;
  },
};

function pooled([x]: readonly Shape[], { size }: { readonly size: number }): Shape {
  demand(x.length === 4, `the input must be NCHW: current shape is [${x}]`);
  demand(x[2] >= size && x[3] >= size, `the input must hold one window of ${size}: current shape is [${x}]`);
  return [x[0], x[1], Math.floor(x[2] / size), Math.floor(x[3] / size)];
}

function demand(condition: boolean, rule: string): void {
  if (!condition) throw new RangeError(rule);
}

/** The ops that compute each element of their output from those at the same place in their (broadcast) inputs. */
export const elementwise: ReadonlySet<OpName> = new Set(
  (Object.keys(shapeRules) as OpName[]).filter((op) => {
    const rule = shapeRules[op] as (inputs: readonly Shape[]) => Shape;
    return rule === broadcast || rule === unchanged;
  }),
);
