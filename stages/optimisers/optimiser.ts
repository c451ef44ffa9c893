import type { OptionSchema } from "../schema.ts";

/** Value and gradient of the function to minimise. Throws where either is not finite. */
export type Evaluate = (image: Float32Array) => Promise<{ readonly value: number; readonly gradient: Float32Array }>;

/** One step that an optimiser took: the image with the value and the gradient there, valid until the next step. */
export interface Iterate {
  /** The image after the step. */
  readonly image: Float32Array;
  /** The value there. */
  readonly value: number;
  /** The very array that the evaluation gave. */
  readonly gradient: Float32Array;
}

/**
 * A way to minimise a function of an image.
 *
 * @typeParam Options Its options, complete with their defaults.
 */
// deno-lint-ignore no-explicit-any -- a list of optimisers holds optimisers of every kind of options.
export interface Optimiser<Options extends object = any> {
  /** What a preset calls it. */
  readonly name: string;
  /** One line for a list of optimisers. */
  readonly description: string;
  /** The schema of each option. */
  readonly options: OptionSchema<Options>;
  /**
   * Yields after every step, for ever or until no further step helps; the caller stops asking when it has enough.
   * `start` is not written to.
   */
  minimise(evaluate: Evaluate, start: Float32Array, options: Options): AsyncGenerator<Iterate>;
}
