/** What the names of temporary files begin with. */
export const temporaryPrefix = ".impasto-";

/** Paths of files and folders that must not outlive the program. */
export const temporaries = new Set<string>();

/** Removes the temporary files of writes that are under way: the last thing before the program ends at once. */
export function removeTemporaries(): void {
  for (const path of temporaries) {
    try {
      Deno.removeSync(path, { recursive: true });
    } catch {
      // It has its final name by now, or was never made.
    }
  }
}
