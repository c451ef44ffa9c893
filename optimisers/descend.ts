import type { Iterate } from "./optimiser.ts";

/**
 * A habit of a descent: passes its steps on, and does something at each of them, ends them, or begins them anew. Each
 * iteration over the steps that it returns is one over the steps that it takes.
 *
 * @typeParam Vector As for {@linkcode Iterate}.
 */
export type Handler<Vector = Float32Array> = (
  steps: AsyncIterable<Iterate<Vector>>,
) => AsyncIterable<Iterate<Vector>>;

/**
 * Takes steps to their end. The first handler stands next to the optimiser: it is the first to see a step, and the last
 * to hear that the next one is wanted.
 */
export async function descend<Vector>(
  steps: AsyncIterable<Iterate<Vector>>,
  handlers: readonly Handler<Vector>[],
): Promise<void> {
  const walk = handlers.reduce((steps, handle) => handle(steps), steps)[Symbol.asyncIterator]();
  // A loop that waits would itself hold the step before, and a vector of a large picture takes hundreds of megabytes.
  const ended = async () => Boolean((await walk.next()).done);
  while (!await ended());
}
