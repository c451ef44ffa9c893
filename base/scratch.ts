import { readInto, writeAll } from "./file_io.ts";
import { reasonOf } from "./files.ts";
import { temporaries, temporaryPrefix } from "./temporaries.ts";
import { turns } from "./turns.ts";

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
    write: (at, numbers) => from(at, () => writeAll(file, bytesOf(numbers)).catch(refuse)),
    read: (at, into) =>
      from(at, async () => {
        if (!await readInto(file, bytesOf(into))) {
          throw new RangeError(`The file has no ${into.length} numbers at ${at}`);
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
