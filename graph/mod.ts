/**
 * A small expression graph over float32 tensors, with its gradient as more of the same graph. It knows no
 * pictures or styles.
 *
 * @module
 */
export * from "./build.ts";
export { gradient } from "./gradient.ts";
export { type Graph, type Node, type NodeOf, topologicalOrder } from "./node.ts";
export {
  type BorderAttributes,
  type ConvolutionAttributes,
  type Empty,
  type OpAttributes,
  type OpName,
  type Shape,
  sizeOf,
} from "./ops.ts";
export { print } from "./print.ts";
