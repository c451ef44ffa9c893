import type * as core from "npm:@tensorflow/tfjs-core@4.22.0";

/** TensorFlow.js: its core, or a package that carries it. */
export type TensorFlow = typeof core;

/**
 * The order in which a tensor's axes lie in memory. The graph speaks NCHW and OIHW; TensorFlow convolves NHWC with
 * HWIO. Tensors of other ranks are all "first".
 */
export type Layout = "first" | "last" | "kernel";

/** A tensor with its layout. */
export interface Value {
  readonly tensor: core.Tensor;
  readonly layout: Layout;
}

/** For each layout, the graph's axes in its order. */
const axesOf: Readonly<Record<Layout, readonly number[]>> = {
  first: [0, 1, 2, 3],
  last: [0, 2, 3, 1],
  kernel: [2, 3, 1, 0],
};

/** A tensor in the wanted layout. */
export function laidOut(tf: TensorFlow, { tensor, layout }: Value, wanted: Layout): core.Tensor {
  if (layout === wanted || tensor.rank !== 4) return tensor;
  return tf.transpose(tensor, axesOf[wanted].map((axis) => axesOf[layout].indexOf(axis)));
}

/** A list with an entry per axis of the graph's order, in the order of a layout. */
export function inLayout<T>(list: readonly T[], layout: Layout): T[] {
  return layout === "first" ? [...list] : axesOf[layout].map((axis) => list[axis]);
}

/** Axes of the graph's order as their numbers in a layout. */
export function axesIn(axes: readonly number[], layout: Layout): number[] {
  return layout === "first" ? [...axes] : axes.map((axis) => axesOf[layout].indexOf(axis));
}
