import type { Handler } from "../descend.ts";
import type { Iterate } from "../optimiser.ts";
import { handler } from "./handler.ts";

/** The handler that calls `work` with each step before it passes it on; `"stop"` ends the steps there. */
export function eachStep<Vector>(
  work: (step: Iterate<Vector>) => void | "stop" | Promise<void | "stop">,
): Handler<Vector> {
  return handler(async (source) => {
    const next = await source.next();
    if (next.done) return next;
    try {
      if (await work(next.value) !== "stop") return next;
    } catch (error) {
      // The first error counts.
      await source.close().catch(() => {});
      throw error;
    }
    return await source.close();
  });
}
