import type { Handler } from "../descend.ts";
import type { Iterate } from "../optimiser.ts";

/** A step, or the end of them. */
type Next<Vector> = IteratorResult<Iterate<Vector>, undefined>;

/** The steps that a handler reads. */
interface Source<Vector> {
  /** The next one. */
  next(): Promise<Next<Vector>>;
  /** Ends them. */
  close(): Promise<Next<Vector>>;
  /** Begins them anew. */
  restart(): void;
}

/**
 * The handler that passes on what `next` returns. It is no generator: a generator that waits holds the step before, and
 * a vector of a large picture takes hundreds of megabytes.
 */
export function handler<Vector>(next: (source: Source<Vector>) => Promise<Next<Vector>>): Handler<Vector> {
  return (steps) => ({
    [Symbol.asyncIterator]() {
      let inner = steps[Symbol.asyncIterator]();
      const source: Source<Vector> = {
        next: () => inner.next(),
        async close() {
          await inner.return?.();
          return { done: true, value: undefined };
        },
        restart() {
          inner = steps[Symbol.asyncIterator]();
        },
      };
      return { next: () => next(source), return: () => source.close() };
    },
  });
}
