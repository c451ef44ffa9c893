import { createHash } from "node:crypto";
import { dirname, join } from "node:path";
import { turns } from "./turns.ts";
import { messageOf, UserError } from "./errors.ts";

/** What the names of temporary files begin with. */
export const temporaryPrefix = ".impasto-";

/** Files and folders that must not outlive the program. */
const temporaries = new Set<string>();

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

/**
 * Writes a file whole or not at all: to a temporary file beside it, which then takes its name.
 *
 * @param content The bytes, or what writes them to the path that it is given.
 * @param hint What the user can do where it cannot be written.
 * @throws {UserError} where it cannot be written.
 */
export async function writeAtomically(
  path: string,
  content: Uint8Array | ((temporary: string) => Promise<void>),
  hint?: string,
): Promise<void> {
  const temporary = beside(path, crypto.randomUUID());
  const write = typeof content === "function"
    ? content
    : (temporary: string) => Deno.writeFile(temporary, content, { createNew: true });
  await atomically(path, temporary, () => write(temporary), hint);
}

/**
 * As {@linkcode writeAtomically}, for a file that a single run owns. The name of the temporary file follows from its
 * own, so that the next write clears away what a killed one left.
 *
 * @param write Writes everything to the path that it is given, where something may stand.
 */
export async function replaceAtomically(path: string, write: (temporary: string) => Promise<void>): Promise<void> {
  const temporary = beside(path, createHash("sha256").update(path).digest("hex"));
  await atomically(path, temporary, () => write(temporary));
}

async function atomically(
  path: string,
  temporary: string,
  write: () => Promise<void>,
  hint = "name another place with --output",
): Promise<void> {
  temporaries.add(temporary);
  try {
    await write();
    await flushed(temporary);
    await Deno.rename(temporary, path);
  } catch (error) {
    await Deno.remove(temporary).catch(() => {});
    throw new UserError(`Cannot write ${path}: ${reasonOf(error)}`, { hint, cause: error });
  } finally {
    temporaries.delete(temporary);
  }
}

/** Waits until the disk has a file: else it may bear its name and be empty after a power cut. */
async function flushed(path: string): Promise<void> {
  using file = await Deno.open(path, { write: true });
  await file.syncData();
}

/** What the system says, without the names of temporary files that Deno and libvips add. */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const [, ofDeno] = /^(.+?) \(os error \d+\)/.exec(message) ?? [];
  const [, ofLibvips] = /system error: (.+)/.exec(message) ?? [];
  return ofDeno ?? ofLibvips ?? messageOf(error);
}

/** A short name in the same folder, so that a rename suffices and no limit of names is reached. */
function beside(path: string, id: string): string {
  return join(dirname(path), `${temporaryPrefix}${id.slice(0, 8)}.tmp`);
}

/** A temporary folder for what does not fit into memory; it goes away with its owner. */
export async function scratchFolder(): Promise<{ readonly path: string } & AsyncDisposable> {
  const path = await Deno.makeTempDir({ prefix: "impasto-" });
  temporaries.add(path);
  return {
    path,
    async [Symbol.asyncDispose]() {
      await Deno.remove(path, { recursive: true });
      temporaries.delete(path);
    },
  };
}

/**
 * A file of numbers that do not fit into memory. Nobody else sees it, and it goes away with its owner. Any number of
 * reads and writes may be under way at once: they happen in the order in which they are asked for.
 */
export interface Scratch extends AsyncDisposable {
  /**
   * Writes numbers from that place on.
   *
   * @throws {ScratchFailure} where there is no room for them.
   */
  write(at: number, numbers: Float32Array): Promise<void>;
  /** Reads as many numbers as there is room for. */
  read(at: number, into: Float32Array): Promise<void>;
}

/** Thrown where there is no file for what does not fit into memory. */
export class ScratchFailure extends Error {
  override readonly name = "ScratchFailure";
}

/**
 * Opens an empty file for what does not fit into memory.
 *
 * @param folder Where; a temporary folder unless given.
 * @throws {ScratchFailure} where that does not work.
 */
export async function scratchFile(folder?: string): Promise<Scratch> {
  const refuse = (error: unknown) => {
    throw new ScratchFailure(`no room in ${folder ?? "the temporary folder"}: ${reasonOf(error)}`, { cause: error });
  };
  const path = await Deno.makeTempFile({ dir: folder, prefix: temporaryPrefix }).catch(refuse);
  temporaries.add(path);
  const remove = async () => {
    await Deno.remove(path);
    temporaries.delete(path);
  };
  const file = await Deno.open(path, { read: true, write: true }).catch(async (error) => {
    await remove();
    return refuse(error);
  });
  // Without a name nothing is left of it, however the program ends. Windows keeps the name until it is closed.
  const named = await remove().then(() => false, () => true);
  const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array) => new Uint8Array(buffer, byteOffset, byteLength);
  // The file has one position.
  const inTurn = turns();
  const from = <T>(at: number, task: () => Promise<T>) =>
    inTurn(async () => {
      await file.seek(at * Float32Array.BYTES_PER_ELEMENT, Deno.SeekMode.Start);
      return await task();
    });
  return {
    write: (at, numbers) =>
      from(at, async () => {
        const bytes = bytesOf(numbers);
        for (let done = 0; done < bytes.length;) done += await file.write(bytes.subarray(done)).catch(refuse);
      }),
    read: (at, into) =>
      from(at, async () => {
        const bytes = bytesOf(into);
        for (let done = 0; done < bytes.length;) {
          const read = await file.read(bytes.subarray(done));
          if (read === null) throw new RangeError(`The file has no ${into.length} numbers at ${at}`);
          done += read;
        }
      }),
    async [Symbol.asyncDispose]() {
      file.close();
      if (named) await remove().catch(() => {});
    },
  };
}

/** Opens such a file beside what a run writes, or in a temporary folder; absent where nothing may be written there. */
export function scratchIn(folder?: string): (() => Promise<Scratch>) | undefined {
  const allowed = (["read", "write"] as const).every((name) =>
    Deno.permissions.querySync({ name, path: folder }).state === "granted"
  );
  return allowed ? () => scratchFile(folder) : undefined;
}

/**
 * Makes sure that a file can be written there later, before hours of work go into it.
 *
 * @param wayOut What the user can do instead.
 * @throws {UserError} where its folder is missing or cannot be written to.
 */
export async function checkWritable(path: string, wayOut = "name another place with --output"): Promise<void> {
  const folder = dirname(path);
  if ((await Deno.stat(path).catch(() => undefined))?.isDirectory) {
    throw new UserError(`Cannot write ${path}: there is a folder of that name`, { hint: wayOut });
  }
  const probe = beside(path, crypto.randomUUID());
  try {
    await Deno.writeFile(probe, new Uint8Array(), { createNew: true });
    await Deno.remove(probe);
  } catch (error) {
    const reason = error instanceof Deno.errors.NotFound
      ? `there is no folder ${folder}`
      : error instanceof Deno.errors.NotADirectory
      ? `${folder} is no folder`
      : reasonOf(error);
    const hint = error instanceof Deno.errors.NotFound
      ? `make the folder, or ${wayOut}`
      : `its folder cannot be written to: ${wayOut}`;
    throw new UserError(`Cannot write ${path}: ${reason}`, { hint, cause: error });
  }
}
