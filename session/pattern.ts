import { join, resolve, sep } from "node:path";
import picomatch from "npm:picomatch@4.0.7";
import { UserError } from "../base/errors.ts";

/** Whether a path is a pattern for many, rather than the path of a file that is there. */
export async function isPattern(path: string): Promise<boolean> {
  return picomatch.scan(withSlashes(path)).isGlob && !(await Deno.stat(path).catch(() => undefined))?.isFile;
}

/**
 * The files that a pattern such as `photos/*.jpg` means, in order.
 *
 * @throws {UserError} if there are none.
 */
export async function filesMatching(pattern: string): Promise<string[]> {
  const { base } = picomatch.scan(withSlashes(pattern));
  const matches: (path: string) => boolean = picomatch(withSlashes(resolve(pattern)));
  const files = (await filesIn(resolve(base), /\*\*|\/./.test(pattern.slice(base.length + 1))))
    .filter((path) => matches(withSlashes(path)));
  if (files.length > 0) return files.sort();
  throw new UserError(`No picture matches ${pattern}`, { hint: "check the folder and the ending", exitCode: 2 });
}

async function filesIn(folder: string, deep: boolean): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(folder)).catch((error) => {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  });
  const found = await Promise.all(entries.map(async ({ name, isDirectory, isFile, isSymlink }) => {
    const path = join(folder, name);
    if (isDirectory) return deep ? await filesIn(path, deep) : [];
    return isFile || isSymlink ? [path] : [];
  }));
  return found.flat();
}

function withSlashes(path: string): string {
  return path.replaceAll(sep, "/");
}
