import { dirname, join } from "node:path";
import { messageOf, UserError } from "./errors.ts";

/** What the names of temporary files begin with. */
export const temporaryPrefix = ".impasto-";

const temporaries = new Set<string>();

/** Removes the temporary files of writes that are under way: the last thing before the program ends at once. */
export function removeTemporaries(): void {
  for (const path of temporaries) {
    try {
      Deno.removeSync(path);
    } catch {
      // It has its final name by now, or was never made.
    }
  }
}

/**
 * Writes a file whole or not at all: to a temporary file beside it, which then takes its name.
 *
 * @throws {UserError} where it cannot be written.
 */
export async function writeAtomically(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = temporaryBeside(path);
  temporaries.add(temporary);
  try {
    await Deno.writeFile(temporary, bytes, { createNew: true });
    await Deno.rename(temporary, path);
  } catch (error) {
    await Deno.remove(temporary).catch(() => {});
    throw new UserError(`Cannot write ${path}: ${messageOf(error)}`, {
      hint: "name another place with --output",
      cause: error,
    });
  } finally {
    temporaries.delete(temporary);
  }
}

/** A short name of its own in the same folder, so that a rename suffices and no limit of names is reached. */
function temporaryBeside(path: string): string {
  return join(dirname(path), `${temporaryPrefix}${crypto.randomUUID().slice(0, 8)}.tmp`);
}

/**
 * Makes sure that a file can be written there later, before hours of work go into it.
 *
 * @throws {UserError} where its folder is missing or cannot be written to.
 */
export async function checkWritable(path: string): Promise<void> {
  const folder = dirname(path);
  if ((await Deno.stat(path).catch(() => undefined))?.isDirectory) {
    throw new UserError(`Cannot write ${path}: there is a folder of that name`, { hint: "name a file with --output" });
  }
  const probe = temporaryBeside(path);
  try {
    await Deno.writeFile(probe, new Uint8Array(), { createNew: true });
    await Deno.remove(probe);
  } catch (error) {
    const reason = error instanceof Deno.errors.NotFound
      ? `there is no folder ${folder}`
      : error instanceof Deno.errors.NotADirectory
      ? `${folder} is no folder`
      : messageOf(error);
    throw new UserError(`Cannot write ${path}: ${reason}`, {
      hint: "make the folder, or name another with --output",
      cause: error,
    });
  }
}
