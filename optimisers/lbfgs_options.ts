/** Options of L-BFGS. */
export interface LbfgsOptions {
  /** Pairs of steps and gradient changes that are kept: each takes twice the image's memory. */
  readonly history: number;
  /** What the initial inverse Hessian distinguishes: frequency bands, colours and tiles, or nothing. */
  readonly preconditioner: "bands" | "none";
}

/** Root mean square change of the image in the very first step, in levels of 0..255: no curvature is known yet. */
export const firstStep = 2;

/** Number of the latest pairs from which the curvature of the bands is taken. */
export const pairsForBands = 2;
