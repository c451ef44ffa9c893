import type { Objective } from "../../objective/objective.ts";
import type { Optimiser } from "../../optimisers/optimiser.ts";
import { checkSound } from "./blow_up.ts";
import { checkpointOf, restoredDescent } from "./descent.ts";
import type { Medium } from "./medium.ts";

/** The medium of a picture in this machine's memory. */
export function here(
  objective: Pick<Objective, "evaluate" | "plan">,
  { optimiser, settings }: { readonly optimiser: Optimiser; readonly settings: object },
  memory: number | undefined,
): Medium<Float32Array> {
  const room = memory && memory - objective.plan.bytes;
  return {
    begin: (image) => Promise.resolve(image),
    restore: restoredDescent,
    data: (image) => Promise.resolve(image),
    async evaluate(image, where) {
      const evaluation = await objective.evaluate(image);
      checkSound(evaluation, image, where);
      return evaluation;
    },
    minimise: (evaluate, start, resumption) =>
      optimiser.minimise(evaluate, start, settings, { ...resumption, memory: room }),
    checkpoint: async (descent, position, previous) => checkpointOf(descent, position, previous),
    stepDone: () => Promise.resolve(),
    recover: (loss) => Promise.reject(loss),
  };
}
