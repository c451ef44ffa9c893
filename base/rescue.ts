import { basename, extname, join } from "node:path";
import { messageOf, UserError } from "./errors.ts";

/**
 * Writes a file that could not be written to its own path to the first other folder that takes it: the current one, the
 * user's home, a temporary one; under its own name, or a short one if that is refused. No file there is replaced.
 *
 * @param path Where it should have been.
 * @param failure Why it is not there.
 * @param write Writes it to a path, whole or not at all.
 * @returns The path to which it was written.
 * @throws The failure, if no folder takes it.
 */
export async function rescue(path: string, failure: unknown, write: (path: string) => Promise<void>): Promise<string> {
  for (
    const folder of [async () => Deno.cwd(), async () => homeFolder(), () => Deno.makeTempDir({ prefix: "impasto-" })]
  ) {
    for (const name of [path, `picture${extname(path)}`]) {
      try {
        const place = await freeName(await folder(), name);
        await write(place);
        return place;
      } catch {
        continue;
      }
    }
  }
  throw failure;
}

/**
 * The error of a run whose file was written to another place.
 *
 * @param run How the run ended, and whether a checkpoint lets it go on.
 */
export function rescued(
  failure: unknown,
  place: string,
  { exitCode, resumable }: { readonly exitCode: 1 | 130; readonly resumable: boolean },
): UserError {
  return new UserError(`${messageOf(failure)}; it is in ${place} instead`, {
    hint: `move it once its own place can be written to${
      resumable ? "; `resume` goes on from the last checkpoint" : ""
    }`,
    exitCode,
    code: exitCode === 130 ? "interrupted" : "unwritable",
    cause: failure,
  });
}

function homeFolder(): string {
  const folder = Deno.env.get(Deno.build.os === "windows" ? "USERPROFILE" : "HOME");
  if (!folder) throw new Error("there is no such folder");
  return folder;
}

/** The path of a file of this name in a folder, with a number if the name is taken. */
async function freeName(folder: string, path: string): Promise<string> {
  const ending = extname(path);
  const stem = basename(path, ending);
  for (let count = 1;; count++) {
    const place = join(folder, count === 1 ? `${stem}${ending}` : `${stem}-${count}${ending}`);
    const taken = await Deno.lstat(place).then(() => true, (error) => {
      if (error instanceof Deno.errors.NotFound) return false;
      throw error;
    });
    if (!taken) return place;
  }
}
