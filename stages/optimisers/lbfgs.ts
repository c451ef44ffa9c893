import { type Bands, bandsOf, oneBand } from "./bands.ts";
import { lineSearch, type Point } from "./line_search.ts";
import type { Optimiser, OptimiserState } from "./optimiser.ts";
import { add, dot, norm, scaled } from "./vectors.ts";

/** Options of L-BFGS. */
export interface LbfgsOptions {
  /** Pairs of steps and gradient changes that are kept: each takes twice the image's memory. */
  readonly history: number;
  /** What the first guess of the curvature tells apart: frequency bands and colours, or nothing. */
  readonly preconditioner: "bands" | "none";
}

interface Pair {
  readonly step: Float32Array;
  readonly change: Float32Array;
  /** 1 / (change · step). */
  readonly rho: number;
  /** Σ of the squares of step and change in each band. */
  readonly energies: { readonly step: Float64Array; readonly change: Float64Array };
}

/** The mean change of a pixel in the very first step, in levels: no curvature is known yet. */
const firstStep = 2;

/** The last pairs that the curvature of the bands is taken from. */
const pairsForBands = 5;

/**
 * L-BFGS (Liu and Nocedal 1989) with a line search for the strong Wolfe conditions, which keeps every pair's curvature
 * positive. It ends where no step along the gradient lowers the value any more. Its first guess of the inverse Hessian
 * is a number for each frequency band and colour of the image rather than one for all: coarse and fine structures of a
 * picture differ in curvature by orders of magnitude.
 */
export const lbfgs: Optimiser<LbfgsOptions> = {
  name: "lbfgs",
  description: "few large steps that learn the curvature: fast",
  options: {
    history: {
      type: "integer",
      minimum: 1,
      maximum: 1000,
      default: 10,
      description:
        "lbfgs: how many steps it remembers; each takes twice the picture's memory, and fewer are kept where that is short",
    },
    preconditioner: {
      type: "string",
      enum: ["bands", "none"],
      default: "bands",
      description:
        "lbfgs: bands learns the curvature of each frequency band and colour, which is faster; none does not",
    },
  },
  async *minimise(evaluate, start, options, { from, caution = 1, memory = Infinity, size } = {}) {
    const kept = pairsWithin(memory, start.length, options.history);
    const bands = size && options.preconditioner === "bands" ? bandsOf(size) : oneBand;
    let pairs = from ? pairsIn(from.state, bands) : [];
    let point: Point = from ?? { image: start.slice(), ...await evaluate(start) };
    if (!from) yield { ...point, state: {} };
    while (true) {
      const direction = descent(point.gradient, pairs, bands);
      const slope = dot(direction, point.gradient);
      const length = pairs.length > 0 ? 1 : caution * firstStep * Math.sqrt(direction.length) / norm(direction);
      const next = slope < 0 ? await lineSearch(evaluate, point, direction, slope, length) : undefined;
      if (!next) {
        // What was learnt misleads: forget it and try plain descent once more.
        if (pairs.length === 0) return;
        pairs = [];
        continue;
      }
      const step = add(next.image, point.image, -1);
      const change = add(next.gradient, point.gradient, -1);
      if (dot(step, change) > 0) pairs = [...pairs, pairOf(step, change, bands)].slice(-kept);
      point = next;
      yield { ...point, state: stateOf(pairs) };
    }
  },
};

/**
 * How many pairs of vectors of a length fit into a memory in bytes: one at least. The history shrinks and does not go
 * to disk: each step reads all of it twice, and the last few pairs do most of its work.
 */
export function pairsWithin(memory: number, length: number, history: number): number {
  const bytes = 2 * length * Float32Array.BYTES_PER_ELEMENT;
  return Math.max(1, Math.min(history, Math.floor(memory / bytes)));
}

function stateOf(pairs: readonly Pair[]): OptimiserState {
  return Object.fromEntries(pairs.flatMap(({ step, change }, i) => [[`step ${i}`, step], [`change ${i}`, change]]));
}

function pairsIn(state: OptimiserState, bands: Bands): Pair[] {
  return Array.from({ length: Object.keys(state).length / 2 }, (_, i) => {
    const [step, change] = [state[`step ${i}`], state[`change ${i}`]] as Float32Array[];
    return pairOf(step, change, bands);
  });
}

function pairOf(step: Float32Array, change: Float32Array, bands: Bands): Pair {
  const energies = { step: bands.energies(bands.split(step)), change: bands.energies(bands.split(change)) };
  return { step, change, rho: 1 / dot(step, change), energies };
}

/** −H · gradient by the two-loop recursion (Nocedal and Wright 2006, algorithm 7.4). */
function descent(gradient: Float32Array, pairs: readonly Pair[], bands: Bands): Float32Array {
  let q = scaled(gradient, -1);
  const alphas: number[] = [];
  for (const { step, change, rho } of pairs.toReversed()) {
    const alpha = rho * dot(step, q);
    alphas.unshift(alpha);
    add(q, change, -alpha, q);
  }
  if (pairs.length > 0) {
    const split = bands.split(q);
    bands.scale(split, inverseCurvatures(pairs));
    q = bands.joined(split);
  }
  pairs.forEach(({ step, change, rho }, i) => add(q, step, alphas[i] - rho * dot(change, q), q));
  return q;
}

/**
 * The first guess of the inverse Hessian: |step| / |change| of each band over the last pairs, and all of them together
 * such that the last change maps to a step of the right length (Nocedal and Wright 2006, equation 7.20, has one number
 * for all).
 */
function inverseCurvatures(pairs: readonly Pair[]): Float64Array {
  const recent = pairs.slice(-pairsForBands);
  const total = (band: number, side: "step" | "change") =>
    recent.reduce((sum, { energies, rho }) => sum + rho * energies[side][band], 0);
  const { rho, energies: { change } } = pairs.at(-1)!;
  const ratios = change.map((_, band) => Math.sqrt(total(band, "step") / total(band, "change")));
  // A band that nothing moved yet tells nothing.
  const usual = Math.max(...ratios.filter(Number.isFinite), Number.MIN_VALUE);
  const sound = ratios.map((ratio) => Number.isFinite(ratio) && ratio > 0 ? ratio : usual);
  return sound.map((ratio) => ratio / (rho * sound.reduce((sum, each, band) => sum + each * change[band], 0)));
}
