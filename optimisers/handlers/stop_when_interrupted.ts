import type { Handler } from "../descend.ts";
import { handler } from "./handler.ts";

/** A signal that ends a descent after a step, or between two evaluations. */
interface Interruption {
  /** Whether it did. */
  readonly happened: boolean;
  /** The evaluation for the optimiser. The first one after a step always counts: it may be the next step already. */
  guarded<T>(evaluate: (image: Float32Array) => Promise<T>): (image: Float32Array) => Promise<T>;
  /** Ends the steps. */
  readonly stopWhenInterrupted: Handler;
}

/** Thrown through an optimiser to end it between two evaluations. */
const interrupted = new Error("interrupted");

/** Gets ready to end a descent by a signal. */
export function interruptionBy(signal: AbortSignal | undefined): Interruption {
  let [happened, stepDone, evaluations] = [false, false, 0];
  return {
    get happened() {
      return happened;
    },
    guarded: (evaluate) => async (image) => {
      if (evaluations++ > 0 && signal?.aborted) throw interrupted;
      return await evaluate(image);
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
