/**
 * Gives this test file, and the commands that it runs, a cache of their own. Importing it is enough.
 *
 * @module
 */

/** The cache of this test file. */
export const cache = Deno.makeTempDirSync({ prefix: "impasto-cache-" });

Deno.env.set("IMPASTO_CACHE", cache);
globalThis.addEventListener("unload", () => Deno.removeSync(cache, { recursive: true }));
