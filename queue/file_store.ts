import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { UserError } from "../base/errors.ts";
import { reasonOf, takingItsName } from "../base/files.ts";
import { temporaryPrefix } from "../base/temporaries.ts";
import type { Store } from "./store.ts";

/**
 * Blobs in a folder. A file gets its name once it is whole: who sees it, sees all of it.
 *
 * @throws {UserError} if there is no such folder, and it cannot be made.
 */
export async function openFileStore(url: URL): Promise<Store> {
  const folder = fileURLToPath(url);
  const hint = "every machine has to see this folder, and may write there";
  await Deno.mkdir(folder, { recursive: true }).catch((cause) => {
    throw new UserError(`Cannot use ${folder} for blobs: ${reasonOf(cause)}`, { code: "unwritable", hint, cause });
  });
  return {
    async read(key) {
      try {
        return await Deno.readFile(join(folder, key));
      } catch (error) {
        if (error instanceof Deno.errors.NotFound) return undefined;
        throw new UserError(`Cannot read ${join(folder, key)}: ${reasonOf(error)}`, {
          code: "unreadable",
          hint,
          cause: error,
        });
      }
    },
    async write(key, bytes) {
      const path = join(folder, key);
      const temporary = join(dirname(path), `${temporaryPrefix}${crypto.randomUUID()}.tmp`);
      // Not flushed to the disk: whoever reads checks, and what a power cut took is made anew.
      const write = async () => await Deno.writeFile(temporary, bytes, { createNew: true });
      const whole = () =>
        write().catch(async (error) => {
          if (!(error instanceof Deno.errors.NotFound)) throw error;
          await Deno.mkdir(dirname(path), { recursive: true });
          await write();
        });
      await takingItsName(path, temporary, whole, hint);
    },
    async renew(key) {
      const path = join(folder, key);
      const there = await Deno.stat(path).catch(() => undefined);
      // Whoever tidies up goes by this time.
      if (there) await Deno.utime(path, new Date(), new Date()).catch(() => {});
      return there?.size;
    },
    async remove(key) {
      await Deno.remove(join(folder, key)).catch((error) => {
        if (!(error instanceof Deno.errors.NotFound)) throw error;
      });
    },
  };
}
