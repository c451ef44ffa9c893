import type { Checkpoint, Restored } from "../../chain/checkpoints.ts";
import type { Position } from "../../chain/sequence.ts";
import type { ImageTensor } from "../../pictures/tensor.ts";
import type { Evaluate, Iterate, Resumption } from "../../optimisers/optimiser.ts";
import type { Terms } from "../../optimisers/handlers/mod.ts";
import type { Descent } from "./descent.ts";

/** An evaluation with the terms of its value. */
export interface Evaluated<Vector> {
  readonly value: number;
  readonly terms: Terms;
  readonly gradient: Vector;
}

/**
 * Where the vectors of a descent lie: here, or in tiles with workers.
 *
 * @typeParam Vector What stands for one.
 */
export interface Medium<Vector> {
  /** The start image there. */
  begin(image: Float32Array): Promise<Vector>;
  /** The descent that a checkpoint holds. */
  restore(restored: Restored): Promise<Descent<Vector>>;
  /** The values of an image. */
  data(image: Vector): Promise<Float32Array>;
  /** Evaluates the objective, and checks that all is sound. */
  evaluate(image: Vector, where: string): Promise<Evaluated<Vector>>;
  /** The steps of the optimiser. */
  minimise(evaluate: Evaluate<Vector>, start: Vector, resumption: Resumption<Vector>): AsyncIterable<Iterate<Vector>>;
  /** The checkpoint of a descent. */
  checkpoint(descent: Descent<Vector>, position: Position, previous: ImageTensor | undefined): Promise<Checkpoint>;
  /** Notes that a step is done; what it keeps of the descent then is where {@linkcode recover} goes back to. */
  stepDone(descent: Descent<Vector>): Promise<void>;
  /**
   * Goes on after {@linkcode TileMoved}: sets the descent back to a state that is left.
   *
   * @returns What to tell.
   * @throws What is in the way; the descent's best image is one that is left then.
   */
  recover(loss: unknown, descent: Descent<Vector>): Promise<string>;
}
