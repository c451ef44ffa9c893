/**
 * One function per op, for authors of graphs. All throw a RangeError if shapes do not fit.
 *
 * @module
 */
import { type BorderAttributes, type ConvolutionAttributes, sameShape, type Shape, sizeOf } from "./ops.ts";
import { type Node, node } from "./node.ts";

/** A tensor fed at each run under `name`. */
export function input(name: string, shape: Shape): Node {
  return node("input", [], { name, shape });
}

/** A tensor known beforehand; a number fills the shape, which is a scalar's unless given. */
export function constant(data: Float32Array | number, shape: Shape = []): Node {
  const values = typeof data === "number" ? new Float32Array(sizeOf(shape)).fill(data) : data;
  return node("constant", [], { data: values, shape });
}

const asNode = (x: Node | number) => typeof x === "number" ? constant(x) : x;

/** a + b, broadcast. */
export function add(a: Node | number, b: Node | number): Node {
  return node("add", [asNode(a), asNode(b)], {});
}

/** a − b, broadcast. */
export function subtract(a: Node | number, b: Node | number): Node {
  return node("subtract", [asNode(a), asNode(b)], {});
}

/** a · b elementwise, broadcast. */
export function multiply(a: Node | number, b: Node | number): Node {
  return node("multiply", [asNode(a), asNode(b)], {});
}

/** a / b elementwise, broadcast. */
export function divide(a: Node | number, b: Node | number): Node {
  return node("divide", [asNode(a), asNode(b)], {});
}

/** 1 if a = b, else 0, elementwise. Its gradient is zero. */
export function equal(a: Node | number, b: Node | number): Node {
  return node("equal", [asNode(a), asNode(b)], {});
}

/** max(x, 0). */
export function relu(x: Node): Node {
  return node("relu", [x], {});
}

/** Heaviside's function: 1 if x > 0, else 0. Its gradient is zero. */
export function heaviside(x: Node): Node {
  return node("heaviside", [x], {});
}

/** √x. */
export function sqrt(x: Node): Node {
  return node("sqrt", [x], {});
}

/** x². */
export function square(x: Node): Node {
  return node("square", [x], {});
}

/** |x|. */
export function abs(x: Node): Node {
  return node("abs", [x], {});
}

/** eˣ. */
export function exp(x: Node): Node {
  return node("exp", [x], {});
}

/** The hyperbolic tangent of x. */
export function tanh(x: Node): Node {
  return node("tanh", [x], {});
}

/** x itself, which counts as a constant for every gradient. */
export function stopGradient(x: Node): Node {
  return node("stopGradient", [x], {});
}

/** Matrix product of the last two axes. */
export function matmul(a: Node, b: Node): Node {
  return node("matmul", [a, b], {});
}

/** Gram matrix x · xᵀ of the last two axes: [.., N, M] becomes [.., N, N]. */
export function gram(x: Node): Node {
  return node("gram", [x], {});
}

/** x · diag(w) · xᵀ of the last two axes: [.., N, M] and weights [.., 1, M] become [.., N, N]. */
export function weightedGram(x: Node, weights: Node): Node {
  return node("weightedGram", [x, weights], {});
}

/** Cross-correlation of [N, I, H, W] with kernels [O, I, h, w]; stride and dilation 1, no padding unless given. */
export function conv2d(x: Node, kernel: Node, attributes: Partial<ConvolutionAttributes> = {}): Node {
  return node("conv2d", [x, kernel], { stride: 1, dilation: 1, padding: [0, 0, 0, 0], ...attributes });
}

/** Mean of windows of `size` × `size` without overlap; rows and columns left over are dropped. */
export function averagePool(x: Node, size: number): Node {
  return node("averagePool", [x], { size });
}

/** Maximum of windows of `size` × `size` without overlap; rows and columns left over are dropped. */
export function maxPool(x: Node, size: number): Node {
  return node("maxPool", [x], { size });
}

/** Each value of [N, C, H, W] repeated `factor` times along H and W. */
export function upsample(x: Node, factor: number): Node {
  return node("upsample", [x], { factor });
}

/** Sum over `axes` (all of them unless given), which stay with size 1. */
export function sum(x: Node, axes: readonly number[] = x.shape.map((_, i) => i)): Node {
  return node("sum", [x], { axes });
}

/**
 * Sum of all elements as a scalar: axis by axis, as one long float32 sum would forget what it adds.
 *
 * @param leading Number of leading axes that stay: with 1, [B, N, H, W] becomes [B].
 */
export function total(x: Node, leading = 0): Node {
  const summed = x.shape.reduceRight(
    (node, size, axis) => size === 1 || axis < leading ? node : sum(node, [axis]),
    x,
  );
  return reshape(summed, x.shape.slice(0, leading));
}

/** Mean along axes, which remain with size 1; axis by axis as in {@linkcode total}. */
export function mean(x: Node, axes: readonly number[]): Node {
  const count = axes.reduce((product, axis) => product * x.shape[axis], 1);
  return multiply([...axes].reverse().reduce((node, axis) => sum(node, [axis]), x), 1 / count);
}

/** Repeats axes of size 1 up to `shape`; returns x itself if it has that shape. */
export function expand(x: Node, shape: Shape): Node {
  return sameShape(x.shape, shape) ? x : node("expand", [x], { shape });
}

/** The same elements under another shape. */
export function reshape(x: Node, shape: Shape): Node {
  return node("reshape", [x], { shape });
}

/** Axes in another order: `order[i]` becomes axis i; the last two are swapped unless given. */
export function transpose(x: Node, order?: readonly number[]): Node {
  const rank = x.shape.length;
  const axes = x.shape.map((_, i) => i);
  return node("transpose", [x], { order: order ?? [...axes.slice(0, -2), rank - 1, rank - 2] });
}

/** Tensors joined along `axis`. */
export function concat(inputs: readonly Node[], axis: number): Node {
  return node("concat", inputs, { axis });
}

/** The part from `starts` to `ends` (exclusive), every `steps`-th element. */
export function slice(
  x: Node,
  starts: readonly number[],
  ends: readonly number[],
  steps: readonly number[] = starts.map(() => 1),
): Node {
  return node("slice", [x], { starts, ends, steps });
}

/** Zeros before and after each axis. */
export function pad(x: Node, before: readonly number[], after: readonly number[]): Node {
  return node("pad", [x], { before, after });
}

/**
 * Rows and columns added on the sides of [N, C, H, W]: copies of the outermost one (replicate), or those inside it
 * mirrored (reflect), which must be more than the width.
 *
 * @param widths Rows and columns added: top, left, bottom, right, or one number for all four; 1 unless given.
 */
export function border(
  x: Node,
  mode: BorderAttributes["mode"],
  widths: number | BorderAttributes["widths"] = 1,
): Node {
  return node("border", [x], { mode, widths: typeof widths === "number" ? [widths, widths, widths, widths] : widths });
}

/** The elements along the given axes in reverse order. */
export function reverse(x: Node, axes: readonly number[]): Node {
  return node("reverse", [x], { axes });
}
