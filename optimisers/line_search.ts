import type { Evaluate } from "./optimiser.ts";
import { add, dot } from "./vectors.ts";

/** An image with its value and gradient. */
export interface Point {
  readonly image: Float32Array;
  readonly value: number;
  readonly gradient: Float32Array;
}

/** Sufficient decrease: the value must fall by this share of the slope times the distance. */
const c1 = 1e-4;
/** Curvature: the slope must flatten to this share. Nocedal and Wright 2006, section 3.1, for quasi-Newton methods. */
const c2 = 0.9;
/** Evaluations that one search may take. */
const patience = 12;

/** A point along a direction without its vectors, which would fill the memory for a large picture. */
export interface Mark {
  /** Distance along the direction, in its own length. */
  readonly length: number;
  readonly value: number;
  /** Derivative along the direction. */
  readonly slope: number;
}

/** A point along a direction. */
export interface Trial extends Point, Mark {}

/**
 * Searches along a direction for a point that satisfies the strong Wolfe conditions (Nocedal and Wright 2006, algorithms
 * 3.5 and 3.6).
 *
 * @param slope The derivative along the direction at `from`; negative.
 * @param length The first distance to try.
 * @returns That point, or else the best one with a sufficient decrease; undefined if the value does not fall.
 */
export async function lineSearch(
  evaluate: Evaluate,
  from: Point,
  direction: Float32Array,
  slope: number,
  length: number,
): Promise<Trial | undefined> {
  const image = new Float32Array(direction.length);
  let gradient: Float32Array | undefined;
  const at = async (distance: number): Promise<Mark> => {
    // Released before the next one is computed.
    gradient = undefined;
    add(from.image, direction, distance, image);
    const evaluation = await evaluate(image);
    gradient = evaluation.gradient;
    return { length: distance, value: evaluation.value, slope: dot(gradient, direction) };
  };
  const last = await search(at, from.value, slope, length);
  return last && { ...last, image, gradient: gradient! };
}

/**
 * The same search, wherever the vectors are.
 *
 * @param at Evaluates the point at a distance.
 * @param value The value where the search begins.
 * @returns The point that was evaluated last; undefined if the value does not fall.
 */
export async function search(
  at: (distance: number) => Promise<Mark>,
  value: number,
  slope: number,
  length: number,
): Promise<Mark | undefined> {
  const falls = (trial: Mark) => trial.value <= value + c1 * trial.length * slope;

  let low: Mark = { length: 0, value, slope };
  let high: Mark | undefined;
  let next = length;
  for (let count = 1;; count++) {
    const trial = await at(next);
    if (!falls(trial) || trial.value >= low.value) {
      high = trial;
    } else if (Math.abs(trial.slope) <= -c2 * slope) {
      return trial;
    } else {
      // A minimum lies between the last low point and this one, or beyond this one if the value still falls there.
      if (high ? trial.slope * (high.length - low.length) >= 0 : trial.slope >= 0) high = low;
      low = trial;
    }
    if (count === patience) {
      if (low.length === 0) return undefined;
      return low === trial ? trial : await at(low.length);
    }
    next = high ? between(low, high) : low.length * 2.5;
  }
}

/** The minimum of the cubic through two points and their slopes (eq. 3.59), kept away from both ends. */
function between(a: Mark, b: Mark): number {
  const width = b.length - a.length;
  const d1 = a.slope + b.slope - 3 * (b.value - a.value) / width;
  const root = d1 * d1 - a.slope * b.slope;
  const d2 = Math.sign(width) * Math.sqrt(Math.max(0, root));
  const share = 1 - (b.slope + d2 - d1) / (b.slope - a.slope + 2 * d2);
  const safe = root >= 0 && Number.isFinite(share) ? Math.min(0.9, Math.max(0.1, share)) : 0.5;
  return a.length + width * safe;
}
