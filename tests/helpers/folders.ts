import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** A folder that goes away at the end of a test. */
export interface TemporaryFolder extends AsyncDisposable {
  readonly path: string;
  /** The path of something in it. */
  at(...names: string[]): string;
  /** The URL of something in it. */
  url(...names: string[]): URL;
  /** Writes text or bytes into it; returns the path. */
  write(name: string, content: string | Uint8Array): Promise<string>;
  /** The names in it, in order. */
  list(): Promise<string[]>;
}

/** Makes a temporary folder. */
export async function temporaryFolder(): Promise<TemporaryFolder> {
  const path = await Deno.realPath(await Deno.makeTempDir({ prefix: "impasto-" }));
  const at = (...names: string[]) => join(path, ...names);
  return {
    path,
    at,
    url: (...names) => pathToFileURL(at(...names)),
    async write(name, content) {
      const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
      await Deno.writeFile(at(name), bytes);
      return at(name);
    },
    list: async () => (await Array.fromAsync(Deno.readDir(path), ({ name }) => name)).sort(),
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }),
  };
}
