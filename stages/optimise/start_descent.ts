import type { ScaleReport } from "../../chain/progress.ts";
import { samePosition } from "../../chain/sequence.ts";
import type { Context } from "../../chain/stage.ts";
import type { Objective } from "../../objective/objective.ts";
import type { Descent } from "./descent.ts";
import type { Medium } from "./medium.ts";
import { startImage, type StartOptions } from "./start_image.ts";

/**
 * The descent at a scale, new or restored from the checkpoint. The tensors with which it begins are not returned, so that
 * a large picture's are freed.
 *
 * @param medium Where its vectors lie.
 */
export async function startDescent<Vector>(
  medium: Pick<Medium<Vector>, "begin" | "restore">,
  objective: Objective,
  { start, seed }: { readonly start: StartOptions; readonly seed: number },
  context: Pick<Context, "position" | "keeping" | "compute" | "signal" | "share">,
  before: readonly ScaleReport[],
) {
  const { position, keeping: { checkpoints } } = context;
  const tensors = objective.begin();
  const { pictures, network, content: { width, height } } = tensors;
  const stood = checkpoints?.restored;
  const restored = stood && samePosition(stood.position, position) ? stood : undefined;
  const descent = restored
    ? await medium.restore(restored)
    : freshDescent(await medium.begin(await startImage(tensors, start, seed, context)), before);
  return { pictures, network, size: { width, height }, descent };
}

/** A descent that has not begun. */
function freshDescent<Vector>(start: Vector, before: readonly ScaleReport[]): Descent<Vector> {
  return {
    step: 0,
    done: false,
    setbacks: 0,
    first: Infinity,
    recent: [],
    best: { image: start, value: Infinity, terms: {} },
    before,
  };
}
