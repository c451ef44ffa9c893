import type { Node } from "../graph/mod.ts";
import type { TiledObjective } from "./cluster/cluster_objective.ts";
import type { Evaluation } from "./evaluation.ts";
import type { Tensors } from "./tensors.ts";
import type { TermValue } from "./terms.ts";

/** The objective as a function of an image [1, 3, H, W] in the network's convention. */
export interface Objective {
  /**
   * The tensors with which a descent begins. Can be called once: a large picture's tensors are not to be held while the
   * descent lasts.
   */
  begin(): Tensors;
  /** The memory that its evaluation takes. */
  readonly plan: {
    /** The peak memory of the run, in bytes, without what the optimiser remembers of earlier steps. */
    readonly bytes: number;
  };
  /**
   * The same where the image lies in tiles; absent if it does not.
   *
   * @internal
   */
  readonly tiles?: TiledObjective;
  /** Evaluates it at an image. */
  evaluate(image: Float32Array): Promise<Evaluation>;
  /**
   * Its terms for other pictures, as nodes: a painter is trained with them.
   *
   * @param images What is judged, [B, 3, H, W] in the network's convention.
   * @param photographs What their content is compared with, of the same shape.
   * @param together Whether the images make up one picture for the style terms.
   */
  terms(images: Node, photographs: Node, together: boolean): Promise<TermValue[]>;
}
