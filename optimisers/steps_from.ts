import type { Kept } from "./handlers/keep_best.ts";
import { type Setbacks, stepFactorAfter } from "./handlers/set_back_when_unsound.ts";
import type { Iterate, Resumption } from "./optimiser.ts";

/**
 * The steps of an optimiser from where a descent stands: after its last step, or from its best image if it has none.
 * Each iteration over them begins where the descent stands by then.
 *
 * @param minimise The optimiser, with its options and its function bound.
 */
export function stepsFrom<Vector>(
  descent: Kept<Vector> & Setbacks<Vector>,
  minimise: (start: Vector, resumption: Resumption<Vector>) => AsyncIterable<Iterate<Vector>>,
): AsyncIterable<Iterate<Vector>> {
  return {
    [Symbol.asyncIterator]() {
      const { last, best, setbacks } = descent;
      const from = last?.state && { ...last, state: last.state };
      return minimise((last ?? best).image, { from, stepFactor: stepFactorAfter(setbacks) })[Symbol.asyncIterator]();
    },
  };
}
