import type { Handler } from "../descend.ts";
import { handler } from "./handler.ts";

/** A signal that ends a descent after a step, or between two evaluations. */
interface Interruption<Vector> {
  /** Whether the signal ended the descent. */
  readonly happened: boolean;
  /**
   * Wraps an evaluation so that it throws once the signal is aborted; not at the first one after a step, unless that
   * throws the signal's reason itself.
   */
  guarded<T>(evaluate: (image: Vector) => Promise<T>): (image: Vector) => Promise<T>;
  /** Ends the steps. */
  readonly stopWhenInterrupted: Handler<Vector>;
}

/** Thrown through an optimiser to end it between two evaluations. */
const interrupted = new Error("interrupted");

/** Makes a signal end a descent. */
export function interruptionBy<Vector = Float32Array>(signal: AbortSignal | undefined): Interruption<Vector> {
  let [happened, stepDone, evaluations] = [false, false, 0];
  return {
    get happened() {
      return happened;
    },
    guarded: (evaluate) => async (image) => {
      if (evaluations++ > 0 && signal?.aborted) throw interrupted;
      try {
        return await evaluate(image);
      } catch (error) {
        // An evaluation on many machines ends in its midst.
        throw signal?.aborted && error === signal.reason ? interrupted : error;
      }
    },
    stopWhenInterrupted: handler(async (source) => {
      if (stepDone) {
        // Lets timers and signals through if the engine itself answers without waiting.
        await new Promise((resolve) => setTimeout(resolve));
        happened = signal?.aborted ?? false;
        if (happened) return await source.close();
        evaluations = 0;
      }
      stepDone = true;
      try {
        return await source.next();
      } catch (error) {
        if (error !== interrupted) throw error;
        happened = true;
        return { done: true, value: undefined };
      }
    }),
  };
}
