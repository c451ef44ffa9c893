import { type AdamOptions, stepOf } from "./adam_options.ts";
import type { Evaluate, Iterate, OptimiserState, Resumption } from "./optimiser.ts";
import type { TiledVectors } from "./tiled_vectors.ts";

/** Adam as in adam.ts, for an image in tiles: its vectors stay where they are, and no number travels but those of a step. */
export async function* adamInTiles<Vector>(
  vectors: TiledVectors<Vector>,
  evaluate: Evaluate<Vector>,
  start: Vector,
  options: AdamOptions,
  { from, stepFactor, pace, steps }: Resumption<Vector> = {},
): AsyncGenerator<Iterate<Vector>> {
  const { averaging } = options;
  const zero = () => vectors.scaled(start, 0);
  let { mean, square, images, step } = from
    ? from.state as OptimiserState<Vector> & State<Vector>
    : { mean: zero(), square: zero(), images: averaging > 0 ? zero() : undefined, step: 1 };
  let image = start;
  for (let known: Iterate<Vector> | undefined = from;; step++, known = undefined) {
    const { value, gradient } = known ?? await evaluate(image);
    if (!known) {
      images &&= vectors.add(vectors.scaled(images, averaging), image, 1 - averaging);
      const average = images && vectors.scaled(images, 1 / (1 - averaging ** step));
      vectors.keep([image, gradient, mean, square, ...images ? [images, average!] : []]);
      yield { image, value, gradient, lasting: true, average, state: { mean, square, ...images && { images }, step } };
    }
    const by = stepOf(options, step, { stepFactor, pace, steps });
    ({ image, mean, square } = vectors.adapted({ image, mean, square }, gradient, by));
  }
}

/** What is remembered between two steps. */
interface State<Vector> {
  readonly mean: Vector;
  readonly square: Vector;
  /** The running mean of the images, if that is the result. */
  readonly images?: Vector;
  /** The number of the step. */
  readonly step: number;
}
