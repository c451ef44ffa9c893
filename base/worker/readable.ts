import { fileURLToPath } from "node:url";
import { moduleRoot } from "../root.ts";

/**
 * Asks for the permission to read a worker's code: without it the worker would print a complaint beside the error.
 *
 * @throws {Deno.errors.NotCapable} if it is not given.
 */
export function readable(code: URL): URL {
  const read = { name: "read", path: moduleRoot } as const;
  if (code.protocol !== "file:" || Deno.permissions.requestSync(read).state === "granted") return code;
  throw new Deno.errors.NotCapable(
    `Requires read access to "${fileURLToPath(moduleRoot)}", run again with the --allow-read flag`,
  );
}
