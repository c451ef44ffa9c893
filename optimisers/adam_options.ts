import type { AdamStep } from "./adam_step.ts";
import type { Resumption } from "./optimiser.ts";

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
  /** The share of the step size that is left at the last step; 1 keeps it. */
  readonly lastRate: number;
}

/**
 * The share of the step size that is left when a share of all steps is done: it falls from 1 as half a cosine
 * (Loshchilov and Hutter 2017, equation 5).
 *
 * @param last What is left at the end, and behind it.
 */
export function shareLeft(done: number, last: number): number {
  return last + (1 - last) * (1 + Math.cos(Math.PI * Math.min(1, done))) / 2;
}

/**
 * What the step of a number takes, from 1: the means of few gradients are too small. Its size falls to the last rate if
 * it is known how many steps there will be.
 */
export function stepOf(
  { learningRate, beta1, beta2, epsilon, lastRate }: AdamOptions,
  step: number,
  { stepFactor = 1, pace, steps = Infinity }: Pick<Resumption<unknown>, "stepFactor" | "pace" | "steps">,
): AdamStep {
  const factor = stepFactor * (pace?.(step) ?? 1) * shareLeft((step - 1) / Math.max(1, steps - 1), lastRate);
  const rate = factor * learningRate * Math.sqrt(1 - beta2 ** step) / (1 - beta1 ** step);
  return { beta1, beta2, rate, floor: epsilon * Math.sqrt(1 - beta2 ** step) };
}
