/**
 * Patience with servers: a person is told of one that keeps a run waiting, and one that sends nothing is given up.
 *
 * @module
 */

/** Milliseconds within which a server has to send something. */
export const defaultPatience = 30_000;

/** Milliseconds after which a person wants to know what is waited for. */
const silence = 1000;

/** Bytes a second below which a server counts as stalled: it would take a day for the smallest network. */
const leastPerSecond = 1000;

/** Told of each address from which nothing came for a second. */
export const onWaiting = new Set<(location: URL) => void>();

/** Watches over bytes that should come. */
export interface Watchdog extends Disposable {
  /** Aborted by the user's signal, or if too few bytes came for too long. */
  readonly signal: AbortSignal;
  /** Whether too few came. */
  readonly stalled: boolean;
  /** Is to be told of bytes that came. */
  fed(bytes: number): void;
}

/**
 * Watches over the bytes that come from an address.
 *
 * @param patience Milliseconds within which some must come.
 * @param user Ends it, too.
 */
export function watchdog(location: URL, patience: number, user: AbortSignal | undefined): Watchdog {
  const stall = new AbortController();
  let lately = 0;
  const timer = setInterval(() => {
    if (lately < leastPerSecond * patience / 1000) stall.abort();
    lately = 0;
  }, patience);
  const first = setTimeout(() => onWaiting.forEach((told) => told(location)), silence);
  return {
    signal: user ? AbortSignal.any([user, stall.signal]) : stall.signal,
    get stalled() {
      return stall.signal.aborted && !user?.aborted;
    },
    fed(bytes) {
      clearTimeout(first);
      lately += bytes;
    },
    [Symbol.dispose]() {
      clearInterval(timer);
      clearTimeout(first);
    },
  };
}

/** The words of a server's failure that Deno puts into the cause, behind the address. */
export function reasonOfFetch(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const words = cause instanceof Error ? cause.message : String(cause);
  return words.replace(/^error sending.*?client error /, "");
}
