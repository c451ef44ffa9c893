/** Bytes that new work could take at the moment; nothing where nobody may ask (`--allow-sys=systemMemoryInfo`). */
export function availableMemory(): number | undefined {
  try {
    return Deno.systemMemoryInfo().available;
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return undefined;
    throw error;
  }
}
