import type { Size } from "../pictures/picture.ts";
import type { OptionSchema } from "../chain/schema.ts";
import type { TiledVectors } from "./tiled_vectors.ts";

/** Value and gradient of the function to minimise. Throws if either is not finite. */
export type Evaluate<Vector = Float32Array> = (
  image: Vector,
) => Promise<{ readonly value: number; readonly gradient: Vector }>;

/** What an optimiser remembers beside image, value and gradient: vectors as long as the image, and numbers. */
export type OptimiserState<Vector = Float32Array> = Readonly<Record<string, Vector | number>>;

/**
 * One step of an optimiser: the image with its value and gradient. All of it stays valid until the next step: an
 * optimiser that evaluates several times for a step must not overwrite it before.
 *
 * @typeParam Vector What stands for a vector that may lie elsewhere.
 */
export interface Iterate<Vector = Float32Array> {
  /** The image after the step. */
  readonly image: Vector;
  /** Whether the image is never overwritten: then it is kept as the best one without a copy. */
  readonly lasting?: boolean;
  /** The value there. */
  readonly value: number;
  /** The gradient there: the very array that the evaluation returned. */
  readonly gradient: Vector;
  /** The image to keep as the result so far instead of the best one, such as a mean of the images. */
  readonly average?: Vector;
  /** All else that is needed to resume from here exactly; without it a resumed run starts afresh at the image. */
  readonly state?: OptimiserState<Vector>;
}

/** How a descent is resumed, after an interruption or a setback, and how much memory it may take. */
export interface Resumption<Vector = Float32Array> {
  /** The last step: the first one that is yielded comes after it. `start` is its image. */
  readonly from?: Iterate<Vector> & { readonly state: OptimiserState<Vector> };
  /** Multiplies the size of the steps: below 1 after a setback. */
  readonly stepFactor?: number;
  /** Multiplies the size of each step, by its number from 1. */
  readonly pace?: (step: number) => number;
  /** How many steps the caller means to take in all. */
  readonly steps?: number;
  /** Bytes for what is remembered of earlier steps. */
  readonly memory?: number;
  /** Width and height of the image [3, height, width]; if absent, the image is a mere list of numbers. */
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
   * The most bytes that it keeps of earlier steps; 0 unless given. One pair of vectors is not counted: every plan of a
   * run has room for it.
   *
   * @param length How many numbers an image has.
   * @param room Bytes that are left for this: {@linkcode Resumption.memory} will be the same.
   */
  memory?(options: Options, length: number, room: number): number;
  /**
   * Yields every step, for ever or until no further step helps; the caller stops when it has enough.
   * `start` and the vectors of `resumption` are not written to.
   */
  minimise(evaluate: Evaluate, start: Float32Array, options: Options, resumption?: Resumption): AsyncGenerator<Iterate>;
  /** The same for an image that lies in tiles, on other machines perhaps; absent if it cannot. */
  minimiseInTiles?<Vector>(
    vectors: TiledVectors<Vector>,
    evaluate: Evaluate<Vector>,
    start: Vector,
    options: Options,
    resumption?: Resumption<Vector>,
  ): AsyncGenerator<Iterate<Vector>>;
}
