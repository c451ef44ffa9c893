import { removeTemporaries } from "../base/temporaries.ts";
import { isIgnored } from "./ignored_signals.ts";
import type { Reporter } from "./progress.ts";

/** Windows knows Ctrl-C alone. */
const stopSignals: readonly Deno.Signal[] = Deno.build.os === "windows" ? ["SIGINT"] : ["SIGINT", "SIGTERM", "SIGHUP"];

/**
 * Does some work that Ctrl-C ends after the step at hand, and a second Ctrl-C at once. A signal that the launcher had
 * ignored stays so. Closes the reporter.
 *
 * @returns The work's exit code (0 unless it gives one); 130 if it was interrupted.
 */
export async function interruptible(
  reporter: Reporter,
  work: (signal: AbortSignal) => Promise<number | void>,
): Promise<number> {
  const stop = new AbortController();
  const interrupted = () => {
    // The second time means now; files take their names only when they are whole.
    if (stop.signal.aborted) {
      reporter.close();
      removeTemporaries();
      Deno.exit(130);
    }
    stop.abort();
    reporter.report({ kind: "warning", message: "stopping after this step; once more stops at once" });
  };
  const { kept = [], signals = [] } = Object.groupBy(stopSignals, (each) => isIgnored(each) ? "kept" : "signals");
  // For good: with its first listener Deno gives every signal a handler, and one without listeners ends the process.
  for (const signal of kept) Deno.addSignalListener(signal, () => {});
  for (const signal of signals) Deno.addSignalListener(signal, interrupted);
  try {
    const code = await work(stop.signal);
    return stop.signal.aborted ? 130 : code ?? 0;
  } finally {
    reporter.close();
    for (const signal of signals) Deno.removeSignalListener(signal, interrupted);
  }
}
