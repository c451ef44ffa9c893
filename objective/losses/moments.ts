import { gram, multiply, type Node, reshape, subtract } from "../../graph/mod.ts";
import type { Statistics } from "../statistics.ts";

/**
 * Mean and covariance of a layer's features over its positions.
 *
 * @typeParam T A node of the graph, or its value.
 */
interface Moments<T> {
  /** [components, 1], or [B, components, 1] for B pictures. */
  readonly mean: T;
  /** [components, components], or [B, components, components]. */
  readonly covariance: T;
}

/** The moments of each picture from its sums over positions. */
export function momentsOf({ count, sum, outer }: Statistics<Node>): Moments<Node> {
  const mean = multiply(unstacked(sum), 1 / count);
  return { mean, covariance: subtract(unstacked(multiply(outer, 1 / count)), gram(mean)) };
}

/**
 * A stack of one matrix as that matrix. ONNX Runtime fuses products of plain matrices with the factors and sums beside
 * them, which rounds differently: where the axis is dropped changes the last bits of a picture.
 */
function unstacked(x: Node): Node {
  return x.shape[0] === 1 ? reshape(x, x.shape.slice(1)) : x;
}

/** The moments of a target. */
export function momentsOfTarget({ count, sum, outer }: Statistics<Float32Array>): Moments<Float32Array> {
  const mean = sum.map((value) => value / count);
  const n = sum.length;
  return { mean, covariance: outer.map((value, i) => value / count - mean[Math.floor(i / n)] * mean[i % n]) };
}

/** The mean square of a target's features: the trace of its second moments. A black target must not divide by zero. */
export function meanSquare({ count, sum, outer }: Statistics<Float32Array>): number {
  const n = sum.length;
  return Math.max(sum.reduce((total, _, i) => total + outer[i * (n + 1)], 0) / count, 1e-12);
}
