/**
 * Value and gradient of the objective at one image.
 *
 * @typeParam Vector What stands for a vector that may lie elsewhere.
 */
export interface Evaluation<Vector = Float32Array> {
  /** Σ of the weighted terms. */
  readonly value: number;
  /** Every term by `name/layer` (or its name alone), its weights left out. */
  readonly terms: Readonly<Record<string, number>>;
  /** d value / d image, in the image's own layout. */
  readonly gradient: Vector;
}
