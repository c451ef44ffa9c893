import { firstStep, type LbfgsOptions, pairsForBands } from "./lbfgs_options.ts";
import { type Mark, search } from "./line_search.ts";
import type { Evaluate, Iterate, OptimiserState, Resumption } from "./optimiser.ts";
import type { TiledVectors } from "./tiled_vectors.ts";
import { alphasOf, factorsOf, type Products } from "./two_loop.ts";

/** A step and how it changed the gradient, in bands. */
interface Pair<Vector> extends Products {
  readonly step: Vector;
  readonly change: Vector;
  /** The moments of both, with bands. */
  readonly moments?: { readonly step: Vector; readonly change: Vector };
}

/** An image with its value and gradient. */
interface Point<Vector> {
  readonly image: Vector;
  readonly value: number;
  readonly gradient: Vector;
}

/**
 * L-BFGS as in lbfgs.ts, for an image in tiles: the vectors stay where they are, and numbers travel. Each tile has bands
 * of its own.
 */
export async function* lbfgsInTiles<Vector>(
  vectors: TiledVectors<Vector>,
  evaluate: Evaluate<Vector>,
  start: Vector,
  { history, preconditioner }: LbfgsOptions,
  { from, stepFactor = 1 }: Resumption<Vector> = {},
): AsyncGenerator<Iterate<Vector>> {
  const banded = preconditioner === "bands";
  const split = (image: Vector) => banded ? vectors.split(image) : image;
  const joined = (bands: Vector) => banded ? vectors.joined(bands) : bands;

  const pairOf = async (step: Vector, change: Vector, earlier: readonly Pair<Vector>[]) => {
    const moments = banded ? { step: vectors.moments(step), change: vectors.moments(change) } : undefined;
    const [product, before] = await Promise.all([
      vectors.dot(step, change),
      earlier.length > 0 ? vectors.dots(earlier.map(({ step }) => step), change) : [],
    ]);
    const pair: Pair<Vector> = { step, change, rho: 1 / product, before: before.toReversed(), moments };
    return { pair, product };
  };

  /** Applies the initial inverse Hessian of the last pairs to a vector in bands. */
  const convert = async (bands: Vector, pairs: readonly Pair<Vector>[]): Promise<Vector> => {
    const { rho, change } = pairs.at(-1)!;
    if (!banded) return vectors.scaled(bands, 1 / (rho * await vectors.dot(change, change)));
    const recent = pairs.slice(-pairsForBands);
    const { matrices, along } = await vectors.conversions(
      recent.map(({ moments }) => moments!.step),
      recent.map(({ moments }) => moments!.change),
      recent.map(({ rho }) => rho),
    );
    vectors.convert(bands, matrices, 1 / (rho * along));
    return bands;
  };

  /** −H · gradient, in bands. */
  const descent = async (turned: Vector, pairs: readonly Pair<Vector>[]): Promise<Vector> => {
    const uphill = vectors.scaled(turned, -1);
    if (pairs.length === 0) return uphill;
    const [steps, changes] = [pairs.map(({ step }) => step), pairs.map(({ change }) => change)];
    const alphas = alphasOf(pairs, await vectors.dots(steps, uphill));
    vectors.addAll(uphill, changes, alphas.map((alpha) => -alpha));
    const downhill = await convert(uphill, pairs);
    vectors.addAll(downhill, steps, factorsOf(pairs, alphas, await vectors.dots(changes, downhill)));
    return downhill;
  };

  let pairs: readonly Pair<Vector>[] = [];
  let point: Point<Vector> = from ?? { image: start, ...await evaluate(start) };
  let turned = split(point.gradient);
  for (const { step, change } of movesIn(from?.state ?? {})) {
    pairs = [...pairs, (await pairOf(step, change, pairs)).pair];
  }
  const iterate = (): Iterate<Vector> => {
    const { image, value, gradient } = point;
    const held = pairs.flatMap(({ step, change, moments }) => [
      step,
      change,
      ...moments ? [moments.step, moments.change] : [],
    ]);
    vectors.keep([image, gradient, turned, ...held]);
    return { image, value, gradient, lasting: true, state: stateOf(pairs) };
  };
  if (!from) yield iterate();
  while (true) {
    const bands = await descent(turned, pairs);
    const direction = joined(bands);
    const [slope, square] = await Promise.all([
      vectors.dot(direction, point.gradient),
      vectors.dot(direction, direction),
    ]);
    const length = pairs.length > 0 ? 1 : stepFactor * firstStep * Math.sqrt(vectors.length) / Math.sqrt(square);
    let trial: Point<Vector> | undefined;
    const at = async (distance: number): Promise<Mark> => {
      const image = vectors.add(point.image, direction, distance);
      const { value, gradient } = await evaluate(image);
      trial = { image, value, gradient };
      return { length: distance, value, slope: await vectors.dot(gradient, direction) };
    };
    const found = slope < 0 ? await search(at, point.value, slope, length) : undefined;
    if (!found || !trial) {
      // What was learnt misleads: forget it and try plain descent once more.
      if (pairs.length === 0) return;
      pairs = [];
      continue;
    }
    const step = vectors.scaled(bands, found.length);
    const next = split(trial.gradient);
    const change = vectors.add(next, turned, -1);
    const { pair, product } = await pairOf(step, change, pairs);
    if (product > 0) pairs = [...pairs, pair].slice(-history);
    [turned, point] = [next, trial];
    yield iterate();
  }
}

function stateOf<Vector>(pairs: readonly Pair<Vector>[]): OptimiserState<Vector> {
  return Object.fromEntries(pairs.flatMap(({ step, change }, i) => [[`step ${i}`, step], [`change ${i}`, change]]));
}

function movesIn<Vector>(state: OptimiserState<Vector>) {
  return Array.from({ length: Object.keys(state).length / 2 }, (_, i) => ({
    step: state[`step ${i}`] as Vector,
    change: state[`change ${i}`] as Vector,
  }));
}
