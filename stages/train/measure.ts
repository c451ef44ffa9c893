import type { Objective } from "../../objective/objective.ts";
import { lbfgs } from "../../optimisers/lbfgs.ts";
import type { ImageTensor } from "../../pictures/tensor.ts";

/** Steps of the descent that a painter is measured by. */
const stepsOfDescent = 40;

/** A painter's picture beside the one that the optimiser makes from the photograph. */
export interface Measured {
  /** (J(photograph) − J(picture)) / (J(photograph) − J(optimised)), of which 1 is as near as the optimiser comes. */
  readonly share: number;
  /** The content terms at the picture, in units of those at the optimised one; absent if these are 0. */
  readonly distance?: number;
}

/** What pictures are measured by: the objective at the photograph, and at the optimised picture. */
export interface Ends {
  readonly photograph: number;
  readonly optimised: number;
  /** The sum of the content terms at the optimised picture, by their weights. */
  readonly content: number;
}

/** Measures a painter's pictures of a photograph. */
export interface Measuring {
  /** Undefined until the first picture is measured. */
  readonly ends: Ends | undefined;
  /**
   * Measures a picture in the network's convention.
   *
   * @returns undefined once the signal has come.
   */
  measure(picture: Float32Array): Promise<Measured | undefined>;
}

/**
 * Gets ready to measure. The optimiser's descent is made when the first picture is measured, unless its ends are known.
 *
 * @param weights Gives those of the content terms, by their names.
 */
export function openMeasuring(
  { evaluate }: Pick<Objective, "evaluate">,
  photograph: ImageTensor,
  weights: () => Promise<ReadonlyMap<string, number>>,
  { signal, known }: { readonly signal?: AbortSignal; readonly known?: Ends } = {},
): Measuring {
  const contentOf = async (terms: Readonly<Record<string, number>>) =>
    [...await weights()].reduce((sum, [name, weight]) => sum + weight * terms[name], 0);
  let ends = known;
  const descended = async (): Promise<Ends | undefined> => {
    const { data, ...size } = photograph;
    const values: number[] = [];
    let best = { value: Infinity, image: data };
    const steps = lbfgs.minimise(evaluate, data, { history: 5, preconditioner: "bands" }, { size });
    for await (const { value, image } of steps) {
      if (signal?.aborted) return undefined;
      values.push(value);
      if (value < best.value) best = { value, image };
      if (values.length > stepsOfDescent) break;
    }
    return {
      photograph: values[0],
      optimised: best.value,
      content: await contentOf((await evaluate(best.image)).terms),
    };
  };
  return {
    get ends() {
      return ends;
    },
    async measure(picture) {
      ends ??= await descended();
      if (!ends) return undefined;
      const { value, terms } = await evaluate(picture);
      const share = (ends.photograph - value) / (ends.photograph - ends.optimised);
      return { share, ...ends.content > 0 && { distance: await contentOf(terms) / ends.content } };
    },
  };
}
