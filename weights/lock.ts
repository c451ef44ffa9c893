import { delay } from "./download.ts";

const lookAgain = 200;

/**
 * Does some work while no one else, in this program or another, works under the same lock file. The system releases the
 * lock when its program ends, even by a crash; the empty file stays.
 *
 * @param onWait Called once if someone else holds the lock.
 * @throws The signal's reason, if it was aborted while waiting.
 */
export async function locked<T>(
  path: string,
  work: () => Promise<T>,
  { signal, onWait }: { signal?: AbortSignal; onWait?: () => void } = {},
): Promise<T> {
  using file = await Deno.open(path, { write: true, create: true });
  for (let waited = false; !await file.tryLock(true); waited = true) {
    if (!waited) onWait?.();
    await delay(lookAgain, signal);
    signal?.throwIfAborted();
  }
  try {
    return await work();
  } finally {
    await file.unlock();
  }
}
