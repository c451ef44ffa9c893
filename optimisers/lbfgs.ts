import { firstStep, type LbfgsOptions, pairsForBands } from "./lbfgs_options.ts";
import { lbfgsInTiles } from "./lbfgs_in_tiles.ts";
import { type Bands, bandsOf, oneBand } from "./bands.ts";
import { lineSearch, type Point, type Trial } from "./line_search.ts";
import type { Iterate, Optimiser, OptimiserState } from "./optimiser.ts";
import { alphasOf, factorsOf, type Products } from "./two_loop.ts";
import { add, addAll, dot, dots, norm, scaled } from "./vectors.ts";

/** A step and how it changed the gradient, in bands. */
interface Move {
  readonly step: Float32Array;
  readonly change: Float32Array;
}

interface Pair extends Move, Products {
  /** The moments of step and change, see {@linkcode Bands}. */
  readonly moments: { readonly step: Float64Array; readonly change: Float64Array };
}

/**
 * L-BFGS (Liu and Nocedal 1989) with a line search for the strong Wolfe conditions, which keeps every pair's curvature
 * positive. It ends if no step along the gradient lowers the value. Its initial inverse Hessian
 * is a matrix of the colours for each frequency band and tile of the image rather than one number for all: coarse and fine
 * structures of a picture, its smooth and its busy places, and its colours differ in curvature by orders of magnitude.
 */
export const lbfgs: Optimiser<LbfgsOptions> = {
  name: "lbfgs",
  description: "few large steps that learn the curvature: fast",
  options: {
    history: {
      type: "integer",
      minimum: 1,
      maximum: 1000,
      default: 5,
      description:
        "lbfgs: how many steps it remembers; each takes twice the picture's memory, and fewer are kept where that is short",
    },
    preconditioner: {
      type: "string",
      enum: ["bands", "none"],
      default: "bands",
      description:
        "lbfgs: bands learns the curvature of each frequency band, colour and place, which is faster; none does not",
    },
  },
  memory: ({ history }, length, room) =>
    (pairsWithin(room, length, history) - 1) * 2 * length * Float32Array.BYTES_PER_ELEMENT,
  minimiseInTiles: lbfgsInTiles,
  // A default among the parameters would keep what the others were given, whatever is assigned to them.
  async *minimise(evaluate, start, options, resumption) {
    const { stepFactor = 1, memory = Infinity, size } = resumption ?? {};
    const bands = size && options.preconditioner === "bands" ? bandsOf(size) : oneBand;
    const walk = resumption?.from
      ? walkFrom(resumption.from, pairsIn(resumption.from.state, bands), bands)
      : walkFrom({ image: start, ...await evaluate(start) }, [], bands);
    const kept = pairsWithin(memory, start.length, options.history);
    // Two more vectors save two transforms to bands in each step; if memory is short these are done again.
    const vector = start.length * Float32Array.BYTES_PER_ELEMENT;
    const roomy = pairsWithin(memory - 2 * vector, start.length, options.history) === options.history;
    if (!resumption?.from) yield walk.iterate();
    // Their vectors would be held to the end.
    [resumption, start] = [undefined, new Float32Array()];
    while (true) {
      const direction = walk.direction(roomy);
      const slope = dot(direction, walk.point.gradient);
      const length = walk.pairs.length > 0 ? 1 : stepFactor * firstStep * Math.sqrt(direction.length) / norm(direction);
      const next = slope < 0 ? await lineSearch(evaluate, walk.point, direction, slope, length) : undefined;
      if (next) {
        walk.take(next, direction, kept);
        yield walk.iterate();
      } else {
        // What was learnt misleads: forget it and try plain descent once more.
        if (walk.pairs.length === 0) return;
        walk.pairs = [];
      }
    }
  },
};

/**
 * How far a descent has come. An object of its own: a generator that waits holds all that its last calls were given,
 * and a vector of a large picture takes hundreds of megabytes.
 */
interface Walk {
  point: Point;
  pairs: readonly Pair[];
  /** The search direction; `roomy` keeps the vectors in bands that {@linkcode take} would have to compute again. */
  direction(roomy: boolean): Float32Array;
  /** Moves to a point along the direction, which may be overwritten, and adds a pair; `kept` pairs remain. */
  take(next: Trial, direction: Float32Array, kept: number): void;
  iterate(): Iterate;
}

function walkFrom({ image, value, gradient }: Point, pairs: readonly Pair[], bands: Bands): Walk {
  /** The gradient and the direction in bands. */
  let split: { readonly gradient: Float32Array; readonly direction: Float32Array } | undefined;
  let turned: Float32Array | undefined;
  return {
    point: { image, value, gradient },
    pairs,
    direction(roomy) {
      const { point: { gradient }, pairs } = this;
      if (!roomy) {
        const uphill = scaled(gradient, -1);
        return bands.joined(descent(bands.split(uphill, uphill), pairs, bands));
      }
      turned ??= bands.split(gradient);
      split = { gradient: turned, direction: descent(scaled(turned, -1), pairs, bands) };
      return bands.joined(split.direction.slice());
    },
    take({ image, value, gradient, length }, direction, kept) {
      const step = scaled(split?.direction ?? direction, length, split?.direction ?? direction);
      turned = split && bands.split(gradient);
      const change = split ? add(turned!, split.gradient, -1) : add(gradient, this.point.gradient, -1);
      if (!split) [step, change].forEach((vector) => bands.split(vector, vector));
      const product = dot(step, change);
      if (product > 0) this.pairs = [...this.pairs, pairOf({ step, change }, product, this.pairs, bands)].slice(-kept);
      split = undefined;
      this.point = { image, value, gradient };
    },
    iterate() {
      return { ...this.point, lasting: true, state: stateOf(this.pairs) };
    },
  };
}

/**
 * How many pairs of vectors of a length fit into a memory in bytes: at least one. The history shrinks and does not go
 * to disk: each step reads all of it twice, and the last few pairs do most of its work. At 256 pixels, after 120 steps
 * (`--preset monet --size 256 --set decode.scales=[] --iterations 120 --tolerance 0 --json`), the value with 1, 2, 5 and
 * 10 pairs was 8.7, 2.4, 1.5 and 0.5 % above that with 20.
 */
export function pairsWithin(memory: number, length: number, history: number): number {
  const bytes = 2 * length * Float32Array.BYTES_PER_ELEMENT;
  return Math.max(1, Math.min(history, Math.floor(memory / bytes)));
}

function stateOf(pairs: readonly Pair[]): OptimiserState {
  return Object.fromEntries(pairs.flatMap(({ step, change }, i) => [[`step ${i}`, step], [`change ${i}`, change]]));
}

function pairsIn(state: OptimiserState, bands: Bands): Pair[] {
  return Array.from({ length: Object.keys(state).length / 2 }).reduce<Pair[]>((pairs, _, i) => {
    const move = { step: state[`step ${i}`], change: state[`change ${i}`] } as Move;
    return [...pairs, pairOf(move, dot(move.step, move.change), pairs, bands)];
  }, []);
}

function pairOf({ step, change }: Move, product: number, earlier: readonly Pair[], bands: Bands): Pair {
  const moments = { step: bands.moments(step), change: bands.moments(change) };
  const before = dots(earlier.map(({ step }) => step), change).reverse();
  return { step, change, rho: 1 / product, before, moments };
}

/**
 * H · q, in bands and in the place of q, by the two-loop recursion (Nocedal and Wright 2006, algorithm 7.4). Its loops
 * run over inner products, so that the vectors are read together, and twice at most.
 */
function descent(q: Float32Array, pairs: readonly Pair[], bands: Bands): Float32Array {
  if (pairs.length === 0) return q;
  const [steps, changes] = [pairs.map(({ step }) => step), pairs.map(({ change }) => change)];
  const alphas = alphasOf(pairs, dots(steps, q));
  addAll(q, changes, alphas.map((alpha) => -alpha));

  convert(q, pairs, bands);

  addAll(q, steps, factorsOf(pairs, alphas, dots(changes, q)));
  return q;
}

/**
 * Applies the initial inverse Hessian: in each bin the matrix that turns the last changes into the last steps, all of
 * them scaled such that the very last change maps to a step of the right length (Nocedal and Wright 2006, equation
 * 7.20, has one number for all).
 */
function convert(q: Float32Array, pairs: readonly Pair[], bands: Bands): void {
  const recent = pairs.slice(-pairsForBands);
  const total = (side: "step" | "change") => {
    const sums = new Float64Array(recent[0].moments[side].length);
    for (const { moments, rho } of recent) moments[side].forEach((moment, i) => sums[i] += rho * moment);
    return sums;
  };
  const conversions = bands.conversions(total("step"), total("change"));
  const { rho, moments: { change } } = pairs.at(-1)!;
  bands.convert(q, conversions, 1 / (rho * bands.converted(conversions, change)));
}
