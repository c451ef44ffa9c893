import type { Handler } from "../descend.ts";
import { BlowUp } from "../finite.ts";
import { handler } from "./handler.ts";
import type { Standing } from "./keep_place.ts";

/** How far a descent has come, and after how many falls. */
export interface Setbacks<Vector = Float32Array> extends Standing<Vector> {
  /** How often it went back to the best image, to go on with smaller steps. */
  setbacks: number;
}

/** The most setbacks, and the factor by which each makes the steps smaller. */
const [most, smaller] = [3, 0.1];

/** What the size of the steps is multiplied by after so many setbacks. */
export function stepFactorAfter(setbacks: number): number {
  return smaller ** setbacks;
}

/**
 * Begins the steps anew from the best image, a tenth as long, if a {@linkcode BlowUp} is thrown; one before the first
 * step or after three setbacks is passed on.
 */
export function setBackWhenUnsound<Vector>(
  descent: Setbacks<Vector>,
  tell: (blowUp: BlowUp) => void,
): Handler<Vector> {
  return handler(async (source) => {
    while (true) {
      try {
        return await source.next();
      } catch (error) {
        if (!(error instanceof BlowUp) || descent.step === 0 || descent.setbacks >= most) throw error;
        descent.setbacks++;
        descent.last = undefined;
        tell(error);
      }
      source.restart();
    }
  });
}
