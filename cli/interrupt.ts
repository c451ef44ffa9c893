import { messageOf, UserError } from "../base/errors.ts";
import { removeTemporaries } from "../base/temporaries.ts";
import { complain } from "./complaint.ts";
import { isIgnored } from "./ignored_signals.ts";
import type { Reporter } from "./progress.ts";

/** Windows knows Ctrl-C alone. */
const stopSignals: readonly Deno.Signal[] = Deno.build.os === "windows" ? ["SIGINT"] : ["SIGINT", "SIGTERM", "SIGHUP"];

/** Events of errors that nobody awaits. */
const strayKinds = ["error", "unhandledrejection"] as const;

/** Milliseconds within which the step at hand has to end after such an error. */
const grace = 300_000;

function strayError(error: unknown): UserError {
  return new UserError(`Code beside the run failed: ${messageOf(error)}`, {
    hint:
      "a timer, an event or a promise that nobody awaits threw this: its stage should await it; --debug shows where",
    cause: error,
  });
}

/**
 * Does some work that Ctrl-C ends after the step at hand, and a second Ctrl-C at once. A signal that the launcher had
 * ignored stays so. An error that nobody awaits, such as of a plug-in's timer, ends the work as Ctrl-C does. Closes the
 * reporter.
 *
 * @throws {UserError} if there was such an error.
 * @returns The work's exit code (0 unless it gives one); 130 if it was interrupted.
 */
export async function interruptible(
  reporter: Reporter,
  work: (signal: AbortSignal) => Promise<number | void>,
): Promise<number> {
  const stop = new AbortController();
  // Files take their names only when they are whole.
  const endNow = async (code: number) => {
    reporter.close();
    await removeTemporaries();
    Deno.exit(code);
  };
  const interrupted = () => {
    // The second time means now.
    if (stop.signal.aborted) return void endNow(130);
    stop.abort();
    reporter.report({ kind: "warning", message: "stopping after this step; once more stops at once" });
  };
  let stray: UserError | undefined;
  let lastWait: ReturnType<typeof setTimeout> | undefined;
  const strayed = (event: Event) => {
    event.preventDefault();
    if (stray) return;
    stray = strayError(event instanceof PromiseRejectionEvent ? event.reason : (event as ErrorEvent).error);
    if (!stop.signal.aborted) {
      reporter.report({ kind: "warning", message: `${stray.message}; stopping after this step` });
    }
    stop.abort();
    // What failed may have been awaited by a step, which then never ends.
    lastWait = setTimeout(() => endNow(complain(stray)), grace);
  };
  const { kept = [], signals = [] } = Object.groupBy(stopSignals, (each) => isIgnored(each) ? "kept" : "signals");
  // For good: with its first listener Deno gives every signal a handler, and one without listeners ends the process.
  for (const signal of kept) Deno.addSignalListener(signal, () => {});
  for (const signal of signals) Deno.addSignalListener(signal, interrupted);
  for (const kind of strayKinds) globalThis.addEventListener(kind, strayed);
  try {
    const code = await work(stop.signal).catch((error) => {
      throw stray ?? error;
    });
    if (stray) throw stray;
    return stop.signal.aborted ? 130 : code ?? 0;
  } finally {
    clearTimeout(lastWait);
    reporter.close();
    for (const kind of strayKinds) globalThis.removeEventListener(kind, strayed);
    for (const signal of signals) Deno.removeSignalListener(signal, interrupted);
  }
}
