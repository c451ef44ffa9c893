import type { Size } from "../pictures/picture.ts";
import type { OptionSchema } from "../chain/schema.ts";

/** Value and gradient of the function to minimise. Throws where either is not finite. */
export type Evaluate = (image: Float32Array) => Promise<{ readonly value: number; readonly gradient: Float32Array }>;

/** What an optimiser remembers beside image, value and gradient: vectors as long as the image, and numbers. */
export type OptimiserState = Readonly<Record<string, Float32Array | number>>;

/**
 * One step that an optimiser took: the image with the value and the gradient there. All of it is valid until the next
 * step; who needs more than one evaluation for that leaves it alone until then.
 */
export interface Iterate {
  /** The image after the step. */
  readonly image: Float32Array;
  /** Whether the image stays as it is: then it is kept as the best one without a copy. */
  readonly lasting?: boolean;
  /** The value there. */
  readonly value: number;
  /** The very array that the evaluation gave. */
  readonly gradient: Float32Array;
  /** The image to keep as the result so far, in place of the best one: a mean of the images, say. */
  readonly average?: Float32Array;
  /** All that is needed to go on from here as if nothing had happened; without it a resumed run starts at the image. */
  readonly state?: OptimiserState;
}

/** How a descent goes on after something happened to it, and how much it may hold. */
export interface Resumption {
  /** Where it goes on: the first step that it yields is the one after this. `start` is this one's image. */
  readonly from?: Iterate & { readonly state: OptimiserState };
  /** Multiplies the size of the steps: below 1 where larger ones led nowhere. */
  readonly stepFactor?: number;
  /** Bytes for what is remembered of earlier steps. */
  readonly memory?: number;
  /** The size of the image [3, height, width]; without it, it is a mere list of numbers. */
  readonly size?: Size;
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
  /** The option to lower if steps lead out of all bounds: a hint names it. */
  readonly remedy?: keyof Options & string;
  /**
   * Bytes that it remembers of earlier steps, at most; none unless given. One pair of vectors is not counted: every
   * plan of a run has room for it.
   *
   * @param length How many numbers an image has.
   * @param room Bytes that are left for this: it gets as much in {@linkcode Resumption.memory}.
   */
  memory?(options: Options, length: number, room: number): number;
  /**
   * Yields after every step, for ever or until no further step helps; the caller stops asking when it has enough.
   * `start` and the vectors of `resumption` are not written to.
   */
  minimise(evaluate: Evaluate, start: Float32Array, options: Options, resumption?: Resumption): AsyncGenerator<Iterate>;
}
