import type { Engine } from "../../engines/engine.ts";
import type { Evaluation } from "../evaluation.ts";
import type { Objective } from "../objective.ts";
import type { ImageTensor } from "../../pictures/tensor.ts";
import type { ObjectiveParts } from "../parts.ts";
import type { Size } from "../../pictures/picture.ts";
import type { Contents } from "./contents.ts";
import type { Grid } from "./grid.ts";
import { type Judgement, judgement } from "./judgement.ts";
import { addSpread, shrunk } from "../pyramid.ts";
import { sizeAt } from "./planes.ts";
import { type SlopePass, slopePass } from "./slopes.ts";
import { type Summation, summation, sumsIn } from "./sums.ts";

/** The windows of the picture at one of its reductions. */
export interface ReductionGrids {
  /** The factor by which the picture is reduced. */
  readonly factor: number;
  /** For the sums. */
  readonly sums: Grid;
  /** For the gradient, which takes more memory. */
  readonly slopes: Grid;
}

/** The two passes at one reduction of the picture. */
interface Pass {
  readonly factor: number;
  /** Absent if no term uses sums. */
  readonly first?: Summation;
  readonly second: SlopePass;
}

/**
 * The objective of a picture that is too large to be evaluated at once. One pass adds up the sums that the style terms
 * judge; these are judged once; a second pass brings the gradient back, from the terms that a window holds by itself and
 * from the slopes of the sums. Value and gradient are those of the whole picture but for rounding.
 *
 * @param contents The content picture's features; they are disposed of with the objective.
 */
export async function tiledObjective(
  parts: ObjectiveParts,
  size: Size,
  reductions: readonly ReductionGrids[],
  contents: Contents,
  engine: Engine,
): Promise<Pick<Objective, "evaluate"> & AsyncDisposable> {
  const verdict = await judgement(parts, size, engine);
  const passes = await passesOf(parts, size, reductions, verdict, contents, engine);

  return {
    async evaluate(data): Promise<Evaluation> {
      const picture: ImageTensor = { ...size, data };
      const sums = new Map<string, Float32Array>();
      for (const { factor, first } of passes) {
        for (const [name, sum] of await first?.(shrunk(picture, factor)) ?? []) sums.set(name, sum);
      }
      const { values, slopes } = await verdict.run(sums);
      const gradient = new Float32Array(data.length);
      const terms = [];
      for (const { factor, second } of passes) {
        const level = sizeAt(size, factor);
        const slope = factor === 1 ? gradient : new Float32Array(3 * level.width * level.height);
        terms.push(...await second(shrunk(picture, factor), slopes, slope));
        if (factor > 1) addSpread(slope, gradient, size, factor);
      }
      terms.push(...values);
      return {
        value: terms.reduce((sum, { weight, value }) => sum + weight * value, 0),
        terms: Object.fromEntries(terms.map(({ name, value }) => [name, value])),
        gradient,
      };
    },
    async [Symbol.asyncDispose]() {
      await contents[Symbol.asyncDispose]();
      await verdict[Symbol.asyncDispose]();
    },
  };
}

/** The passes of all reductions. A function of its own, so that the evaluation does not keep the content picture alive. */
async function passesOf(
  parts: ObjectiveParts,
  size: Size,
  reductions: readonly ReductionGrids[],
  { sums: names }: Judgement,
  contents: Contents,
  engine: Engine,
): Promise<Pass[]> {
  const passes: Pass[] = [];
  for (const { factor, sums, slopes } of reductions) {
    const first = names.size === 0
      ? undefined
      : await summation(sums, (view) => sumsIn(view, factor, parts, names), engine);
    const second = await slopePass(parts, size, factor, slopes, names, contents, engine);
    passes.push({ factor, first, second });
  }
  return passes;
}
