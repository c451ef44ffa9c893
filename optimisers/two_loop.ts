/**
 * The numbers of the two-loop recursion of L-BFGS (Nocedal and Wright 2006, algorithm 7.4): its loops run over inner
 * products, so that the vectors are read together, twice at most, wherever they are.
 *
 * @module
 */

/** What the recursion knows of a pair of a step and how it changed the gradient. */
export interface Products {
  /** 1 / (change · step). */
  readonly rho: number;
  /** change · step of each pair before it, the latest first. */
  readonly before: readonly number[];
}

/** The step of one pair times the change of a later one. */
function productOf(pairs: readonly Products[], step: number, change: number): number {
  return pairs[change].before[change - step - 1];
}

/**
 * The first loop: how much of each change is taken away.
 *
 * @param steps The inner products of all steps with the vector.
 */
export function alphasOf(pairs: readonly Products[], steps: readonly number[]): number[] {
  const along = [...steps];
  const alphas = pairs.map(() => 0);
  for (let i = pairs.length - 1; i >= 0; i--) {
    for (let j = i + 1; j < pairs.length; j++) along[i] -= alphas[j] * productOf(pairs, i, j);
    alphas[i] = pairs[i].rho * along[i];
  }
  return alphas;
}

/**
 * The second loop: how much of each step is added.
 *
 * @param changes The inner products of all changes with the vector, which the initial inverse Hessian was applied to.
 */
export function factorsOf(
  pairs: readonly Products[],
  alphas: readonly number[],
  changes: readonly number[],
): number[] {
  const against = [...changes];
  const factors = pairs.map(() => 0);
  for (let i = 0; i < pairs.length; i++) {
    for (let j = 0; j < i; j++) against[i] += factors[j] * productOf(pairs, j, i);
    factors[i] = alphas[i] - pairs[i].rho * against[i];
  }
  return factors;
}
