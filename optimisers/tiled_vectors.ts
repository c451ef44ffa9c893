import type { AdamStep, AdamVectors } from "./adam_step.ts";

/**
 * Arithmetic on vectors that lie in tiles, on other machines perhaps. What gives a vector returns at once; what gives
 * numbers waits for all tiles, whose numbers are added up in their order, in float64. Numbers that are asked for
 * together travel together.
 *
 * @typeParam Vector What stands for a vector. None is changed but by `addAll` and `convert`.
 */
export interface TiledVectors<Vector> {
  /** Elements of a vector. */
  readonly length: number;
  /** factor · a. */
  scaled(a: Vector, factor: number): Vector;
  /** a + factor · b. */
  add(a: Vector, b: Vector, factor: number): Vector;
  /** Adds Σ factorᵢ · vectorᵢ to a vector. */
  addAll(into: Vector, vectors: readonly Vector[], factors: readonly number[]): void;
  /** The vectors after a step of Adam. */
  adapted(vectors: AdamVectors<Vector>, gradient: Vector, step: AdamStep): AdamVectors<Vector>;
  /** a · b. */
  dot(a: Vector, b: Vector): Promise<number>;
  /** The inner product of each vector with another. */
  dots(vectors: readonly Vector[], other: Vector): Promise<number[]>;
  /** An image in frequency bands, each tile by itself. */
  split(image: Vector): Vector;
  /** The image of bands. */
  joined(bands: Vector): Vector;
  /** The moments of a vector in bands, see `Bands.moments`. */
  moments(bands: Vector): Vector;
  /**
   * The matrices that turn gradient changes into steps, from the moments of both.
   *
   * @param weights Those of each pair.
   * @returns The matrices, and the inner product of the last change with its converted self.
   */
  conversions(
    steps: readonly Vector[],
    changes: readonly Vector[],
    weights: readonly number[],
  ): Promise<{ readonly matrices: Vector; readonly along: number }>;
  /** Applies matrices to a vector in bands, times a factor. */
  convert(bands: Vector, matrices: Vector, factor: number): void;
  /** Forgets all vectors and moments but these, and those that the caller of the optimiser needs. */
  keep(vectors: readonly Vector[]): void;
}
