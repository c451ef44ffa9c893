import { multiply, type Node, slice, total } from "../../graph/mod.ts";
import { UserError } from "../../base/errors.ts";
import type { OptionSchema } from "../../chain/schema.ts";
import type { Statistics } from "../statistics.ts";

/** What each sort of loss is given: of a whole picture, of a window of it, or of B pictures at once. */
export interface LossInputs {
  /** A layer's features, and those of the content picture. */
  content: {
    /** [B, N, H, W]. */
    readonly features: Node;
    /** The features of the content pictures, of the same shape. */
    readonly target: Node;
    /** The sum of squares of a content picture's features: one number for all of them, or one for each, [B]. */
    readonly energy: number | Node;
    /** [1, 1, H, W], 1 where a position counts: the windows of a picture overlap. Absent if all count. */
    readonly owned?: Node;
  };
  /** A layer's statistics, and those of one style picture. */
  style: {
    readonly statistics: Statistics<Node>;
    readonly target: Statistics<Float32Array>;
  };
  /** The image itself. */
  image: {
    /** [B, 3, H, W]. */
    readonly image: Node;
    /** Black in the image's values, [1, 3, 1, 1]. */
    readonly black: Node;
    /** White in the image's values, [1, 3, 1, 1]. */
    readonly white: Node;
    /** Number of pixels of a whole picture. */
    readonly pixels: number;
    /** [1, 1, H, W], 1 where a pixel counts; absent if all do. */
    readonly owned?: Node;
  };
}

/** What a loss compares the image with. */
export type LossSort = keyof LossInputs;

/** Every sort of loss. */
export const lossSorts: readonly LossSort[] = ["content", "style", "image"];

/**
 * A term of the objective, for one layer (and one style picture).
 *
 * @typeParam Sort Its sort.
 * @typeParam Options Its options, complete with their defaults.
 */
// deno-lint-ignore no-explicit-any -- a list of losses holds losses of every kind of options.
export interface Loss<Sort extends LossSort = any, Options extends object = any> {
  /** What a preset calls it. */
  readonly name: string;
  /** One line for a list of losses. */
  readonly description: string;
  /** What it compares the image with. */
  readonly sort: Sort;
  /** Whether it needs a picture as a whole: then none is painted in windows or tiles with it. */
  readonly whole?: boolean;
  /** The schema of each option. */
  readonly options: OptionSchema<Options>;
  /** The term's value as a scalar node, its weights left out; for several pictures the mean of their values. */
  build(input: LossInputs[Sort], options: Options): Node;
}

/**
 * The term that a loss builds.
 *
 * @throws {UserError} if it is no scalar: the loss may be a plug-in.
 */
export function termOf<Sort extends LossSort>(loss: Loss<Sort>, input: LossInputs[Sort], options: object): Node {
  const term: Partial<Node> | undefined = loss.build(input, options);
  if (term?.shape?.length === 0) return term as Node;
  throw new UserError(
    `The loss ${loss.name} gives ${term?.shape ? `a node of shape [${term.shape}]` : "no node"}, not a scalar`,
    { hint: "its build should return one number: total() sums a node up, and totalOf() what a window owns of it" },
  );
}

/** Whether a loss follows its paper to the letter, or is normalised so as not to depend on network, layer and size. */
export interface Formula {
  readonly formula: "relative" | "published";
}

/** The option that the losses of features share. */
export const formulaOption = {
  formula: {
    type: "string",
    enum: ["relative", "published"],
    default: "relative",
    description: "relative: the squared error over the target's own square; published: as in Gatys et al. 2015",
  },
} as const satisfies OptionSchema<Formula>;

/** The sum of squares that a relative loss divides by; a black target must not divide by zero. */
export function sumOfSquares(target: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < target.length; i++) sum += target[i] * target[i];
  return Math.max(sum, 1e-12);
}

/**
 * The sum of a measure over the positions that count: the windows of a picture overlap, and the values of a loss in each
 * of them are added up.
 *
 * @param measure [B, N, H, W]; the last rows or columns may be missing.
 * @param owned [1, 1, H, W], 1 where a position counts; absent if all do.
 * @param leading As for `total`: with 1, each picture has a sum of its own, [B].
 */
export function totalOf(measure: Node, owned: Node | undefined, leading = 0): Node {
  if (!owned) return total(measure, leading);
  return total(multiply(measure, slice(owned, [0, 0, 0, 0], [1, 1, ...measure.shape.slice(2)])), leading);
}
