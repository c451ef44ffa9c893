/** What a step of Adam takes beside the vectors. */
export interface AdamStep {
  /** Decay of the mean of gradients. */
  readonly beta1: number;
  /** Decay of the mean of squared gradients. */
  readonly beta2: number;
  /** The step size, corrected for means that began at zero. */
  readonly rate: number;
  /** What keeps from dividing by zero, corrected likewise. */
  readonly floor: number;
}

/** Vectors that a step of Adam moves. */
export interface AdamVectors<Vector = Float32Array> {
  /** What is to become better. */
  readonly image: Vector;
  /** The running mean of the gradients. */
  readonly mean: Vector;
  /** That of their squares. */
  readonly square: Vector;
}

/** Moves an image against a gradient, and the means towards it. Each element goes by itself. */
export function adamStep(
  { image, mean, square }: AdamVectors,
  gradient: Float32Array,
  { beta1, beta2, rate, floor }: AdamStep,
): void {
  for (let i = 0; i < image.length; i++) {
    const g = gradient[i];
    mean[i] = beta1 * mean[i] + (1 - beta1) * g;
    square[i] = beta2 * square[i] + (1 - beta2) * g * g;
    image[i] -= rate * mean[i] / (Math.sqrt(square[i]) + floor);
  }
}
