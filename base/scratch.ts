import { readInto, writeAll } from "./file_io.ts";
import { reasonOf } from "./files.ts";
import { forgetTemporary, holdTemporary, temporaryPrefix } from "./temporaries.ts";
import { turns } from "./turns.ts";

/** Makes a temporary folder for what does not fit into memory; disposing of it removes it. */
export async function scratchFolder(): Promise<{ readonly path: string } & AsyncDisposable> {
  const path = Deno.makeTempDirSync({ prefix: "impasto-" });
  holdTemporary(path);
  return {
    path,
    async [Symbol.asyncDispose]() {
      await Deno.remove(path, { recursive: true });
      forgetTemporary(path);
    },
  };
}

/**
 * A file of float32 numbers that do not fit into memory; disposing of it removes it. Any number of reads and writes may
 * be under way at once: they happen in the order in which they are asked for.
 */
export interface Scratch extends AsyncDisposable {
  /**
   * Writes numbers from index `at` on.
   *
   * @throws {ScratchFailure} if they cannot be written.
   */
  write(at: number, numbers: Float32Array): Promise<void>;
  /** Fills `into` with the numbers from index `at` on. */
  read(at: number, into: Float32Array): Promise<void>;
}

/** Thrown if a scratch file cannot be made or written. */
export class ScratchFailure extends Error {
  override readonly name = "ScratchFailure";
}

/**
 * Makes an empty scratch file.
 *
 * @param folder The folder that holds it; the system's temporary one unless given.
 * @throws {ScratchFailure} if it cannot be made.
 */
export async function scratchFile(folder?: string): Promise<Scratch> {
  const refuse = (error: unknown) => {
    throw new ScratchFailure(`no room in ${folder ?? "the temporary folder"}: ${reasonOf(error)}`, { cause: error });
  };
  // In one go: a file that the system makes later would have no name yet when the program ends.
  const make = async () => Deno.makeTempFileSync({ dir: folder, prefix: temporaryPrefix });
  const path = await make().catch(refuse);
  holdTemporary(path);
  const remove = async () => {
    await Deno.remove(path);
    forgetTemporary(path);
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

/** A function that makes scratch files in a folder; undefined without the permissions to read and write there. */
export function scratchIn(folder?: string): (() => Promise<Scratch>) | undefined {
  const allowed = (["read", "write"] as const).every((name) =>
    Deno.permissions.querySync({ name, path: folder }).state === "granted"
  );
  return allowed ? () => scratchFile(folder) : undefined;
}
