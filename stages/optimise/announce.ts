import type { BlowUp } from "../../optimisers/finite.ts";
import type { Terms } from "../../optimisers/handlers/mod.ts";
import { laterSteps, type Steps, stepsAt } from "./pace.ts";
import type { Size } from "../../pictures/picture.ts";
import { placed } from "../../chain/chain.ts";
import type { ScaleReport } from "../../chain/progress.ts";
import type { Context } from "../../chain/stage.ts";

/** Reports the progress of the descent at a scale. */
interface Announcer {
  /** A scale is done: this one, or one before it. */
  scale(report: ScaleReport, index: number): void;
  /** A step with this number is done; one takes `pace` seconds. */
  step(step: number, at: { readonly value: number; readonly terms: Terms }, pace: number): void;
  /** The descent goes back to the best image. */
  setback(blowUp: BlowUp): void;
  /** Workers are lost, and the descent goes back as far as it says. */
  loss(message: string): void;
}

/**
 * Makes the reports of a scale.
 *
 * @param sizes Those of all scales.
 * @param began Start of the run, by `performance.now()`.
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
    loss: (message) => context.report({ kind: "warning", message }),
    setback: ({ message }) =>
      context.report({
        kind: "warning",
        message: `${message}; back to the best picture so far, with steps a tenth as long`,
      }),
  };
}
