import { shareLeft } from "../../optimisers/adam_options.ts";
import type { Batch } from "./program.ts";

/** About how many steps two cores take in a minute. */
export const stepsPerMinute = 100;

/** A part of the training with crops of one size. */
export interface Phase extends Batch {
  /** The step before which it ends. */
  readonly until: number;
}

/**
 * The phases of so many steps. Pairs of crops have the whole palette together, so that a sky need not have it alone;
 * larger ones at the end teach large forms.
 */
export function phasesFor(steps: number): readonly Phase[] {
  return [
    { until: Math.round(0.7 * steps), side: 176, count: 2 },
    { until: Infinity, side: 256, count: 1 },
  ];
}

/** The phase of a step, counted from 0. */
export function phaseAt(phases: readonly Phase[], step: number): Phase {
  return phases.find(({ until }) => step < until)!;
}

/** The share of the learning rate at each step: it rises over the first 50, and falls as a cosine to a twentieth. */
export function pacing(steps: number): (step: number) => number {
  return (step) => Math.min(1, step / 50) * shareLeft(step / steps, 0.05);
}
