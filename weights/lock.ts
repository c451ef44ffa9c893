import { delay } from "./download.ts";

const lookAgain = 200;

/**
 * Does some work while nobody else, in this program or another, does work under the same lock file. The system lets go of
 * the lock when its program ends, however that comes about; the empty file stays.
 *
 * @param onWait Told once where somebody else is at it.
 * @throws The signal's reason, where it was aborted while waiting.
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
