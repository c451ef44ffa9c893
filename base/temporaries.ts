/** What the names of temporary files begin with. */
export const temporaryPrefix = ".impasto-";

/** Milliseconds that writes which are under way may take to end before the program ends without them. */
const patience = 1000;

/** Paths of files and folders that must not outlive the program, each with the write that may still make it. */
const temporaries = new Map<string, Promise<unknown>>();

let ending = false;

/**
 * Has a file or folder removed if the program ends at once.
 *
 * @param written Settles once no write is under way that could make it again.
 */
export function holdTemporary(path: string, written: Promise<unknown> = Promise.resolve()): void {
  temporaries.set(path, written);
}

/** Ends this: it has its final name, or is gone. */
export function forgetTemporary(path: string): void {
  temporaries.delete(path);
}

/** Never goes on once the program has begun to end, so that nothing is begun or takes its final name by then. */
export async function unlessEnding(): Promise<void> {
  if (ending) await new Promise(() => {});
}

/** Removes what is temporary: the last thing before the program ends at once. */
export async function removeTemporaries(): Promise<void> {
  ending = true;
  const settled = Promise.allSettled(temporaries.values());
  await Promise.race([settled, new Promise((resolve) => setTimeout(resolve, patience))]);
  for (const path of temporaries.keys()) {
    try {
      Deno.removeSync(path, { recursive: true });
    } catch {
      // It has its final name by now, or was never made.
    }
  }
}
