import type { AdamStep } from "./adam_step.ts";

/** Options of Adam. */
export interface AdamOptions {
  /** Step size α, in the image's units (0..255). */
  readonly learningRate: number;
  /** Decay β₁ of the mean of gradients. */
  readonly beta1: number;
  /** Decay β₂ of the mean of squared gradients. */
  readonly beta2: number;
  /** ε, which keeps from dividing by zero. */
  readonly epsilon: number;
  /** Decay of the mean of the images, which becomes the result; 0 makes the best image the result. */
  readonly averaging: number;
}

/** What the step of a number takes, from 1: the means of few gradients are too small. */
export function stepOf(
  { learningRate, beta1, beta2, epsilon }: AdamOptions,
  step: number,
  factor: number,
): AdamStep {
  const rate = factor * learningRate * Math.sqrt(1 - beta2 ** step) / (1 - beta1 ** step);
  return { beta1, beta2, rate, floor: epsilon * Math.sqrt(1 - beta2 ** step) };
}
