import type { BlowUp } from "../../optimisers/finite.ts";
import type { Terms } from "../../optimisers/handlers/mod.ts";
import { laterSteps, type Steps, stepsAt } from "./pace.ts";
import type { Size } from "../../pictures/picture.ts";
import { placed } from "../../chain/chain.ts";
import type { ScaleReport } from "../../chain/progress.ts";
import type { Context } from "../../chain/stage.ts";

/** Tells the world of the descent at a scale. */
interface Announcer {
  /** A scale is done: this one, or one before it. */
  scale(report: ScaleReport, index: number): void;
  /** A step is done, with its number; one takes `pace` seconds. */
  step(step: number, at: { readonly value: number; readonly terms: Terms }, pace: number): void;
  /** The descent goes back to the best image. */
  setback(blowUp: BlowUp): void;
}

/**
 * Gets ready to tell of a scale.
 *
 * @param sizes Those of all scales.
 * @param began When the run began, by `performance.now()`.
 */
export function announcer(
  context: Pick<Context, "position" | "report">,
  sizes: readonly Size[],
  { width, height }: Size,
  options: Steps,
  began: number,
): Announcer {
  const where = placed(context.position);
  const { scale: index } = where;
  const steps = stepsAt(options, index);
  return {
    scale: (result, index) => context.report({ kind: "scale", ...where, scale: index, report: result }),
    step: (step, { value, terms }, pace) =>
      context.report({
        kind: "step",
        stage: "optimise",
        ...where,
        width,
        height,
        step,
        steps,
        value,
        terms,
        seconds: (performance.now() - began) / 1000,
        secondsLeft: pace * (steps - step + laterSteps(sizes, options, index)),
      }),
    setback: ({ message }) =>
      context.report({
        kind: "warning",
        message: `${message}; back to the best picture so far, with steps a tenth as long`,
      }),
  };
}
