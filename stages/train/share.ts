import type { Objective } from "../../objective/objective.ts";
import { lbfgs } from "../../optimisers/lbfgs.ts";
import type { ImageTensor } from "../../pictures/tensor.ts";

/** Steps of the descent that a painter is measured by. */
const stepsOfDescent = 40;

/** The objective at a photograph, and where the optimiser came from there. */
interface Ends {
  readonly photograph: number;
  readonly optimised: number;
}

/**
 * The share of the optimiser's descent that a painter makes in one pass: (J(photograph) − J(picture)) / (J(photograph) −
 * J(optimised)), of which 1 is as near as the optimiser comes. Its descent is made when the first share is asked for.
 *
 * @returns A function of a picture of the photograph in the network's convention; undefined once the signal has come.
 */
export function shareOfDescent(
  { evaluate }: Pick<Objective, "evaluate">,
  photograph: ImageTensor,
  signal?: AbortSignal,
): (picture: Float32Array) => Promise<number | undefined> {
  let ends: Ends | undefined;
  return async (picture) => {
    ends ??= await descended(evaluate, photograph, signal);
    if (!ends) return undefined;
    const { value } = await evaluate(picture);
    return (ends.photograph - value) / (ends.photograph - ends.optimised);
  };
}

async function descended(
  evaluate: Objective["evaluate"],
  { data, width, height }: ImageTensor,
  signal?: AbortSignal,
): Promise<Ends | undefined> {
  const values: number[] = [];
  const steps = lbfgs.minimise(evaluate, data, { history: 5, preconditioner: "bands" }, { size: { width, height } });
  for await (const { value } of steps) {
    if (signal?.aborted) return undefined;
    values.push(value);
    if (values.length > stepsOfDescent) break;
  }
  return { photograph: values[0], optimised: Math.min(...values) };
}
