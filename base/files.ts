import { createHash } from "node:crypto";
import { dirname, join, resolve } from "node:path";
import { messageOf, UserError } from "./errors.ts";
import { forgetTemporary, holdTemporary, temporaryPrefix, unlessEnding } from "./temporaries.ts";

/** What the user can do if a place cannot be written to. */
const elsewhere = "name another place with `encode.output`";

/** What the user can do if a name is refused. */
const otherName = "take a shorter or plainer name with `encode.output`";

/**
 * Writes a file whole or not at all: to a temporary file beside it, which then takes its name. One that is there keeps
 * its mode and its owner, and a symbolic link stays: the file that it leads to is written.
 *
 * @param content The bytes, or what writes them to the path that it is given.
 * @param hint What the user can do if it cannot be written.
 * @throws {UserError} if it cannot be written.
 */
export async function writeAtomically(
  path: string,
  content: Uint8Array | ((temporary: string) => Promise<void>),
  hint?: string,
): Promise<void> {
  const target = await targetOf(path);
  const temporary = beside(target, crypto.randomUUID());
  const write = typeof content === "function"
    ? content
    : (temporary: string) => Deno.writeFile(temporary, content, { createNew: true });
  await atomically(target, temporary, () => write(temporary), hint);
}

/**
 * As {@linkcode writeAtomically}, for a file that a single run owns. The name of the temporary file follows from its
 * own, so that the next write replaces what a killed one left.
 *
 * @param write Writes everything to the path that it is given; a file may be there already.
 * @param hint What the user can do if it cannot be written.
 */
export async function replaceAtomically(
  path: string,
  write: (temporary: string) => Promise<void>,
  hint?: string,
): Promise<void> {
  const target = await targetOf(path);
  const temporary = beside(target, createHash("sha256").update(target).digest("hex"));
  await atomically(target, temporary, () => write(temporary), hint);
}

async function atomically(
  path: string,
  temporary: string,
  write: () => Promise<void>,
  hint = elsewhere,
): Promise<void> {
  const before = await Deno.stat(path).catch(() => undefined);
  if (before) await checkReplaceable(path, before, hint);
  const whole = async () => {
    await write();
    if (before) await takeOver(temporary, before);
    await flushed(temporary);
  };
  await takingItsName(path, temporary, whole, hint);
}

/**
 * Writes a temporary file, which takes its name once it is whole; nothing of it stays if that fails, or the program ends.
 *
 * @param whole Writes all of it.
 * @param hint What the user can do if it cannot be written.
 * @throws {UserError} if it cannot be written.
 */
export async function takingItsName(
  path: string,
  temporary: string,
  whole: () => Promise<void>,
  hint: string,
): Promise<void> {
  try {
    await unlessEnding();
    const written = whole();
    holdTemporary(temporary, written);
    await written;
    await unlessEnding();
    await Deno.rename(temporary, path);
  } catch (error) {
    await Deno.remove(temporary).catch(() => {});
    throw new UserError(`Cannot write ${path}: ${reasonOf(error)}`, { code: "unwritable", hint, cause: error });
  } finally {
    forgetTemporary(temporary);
  }
}

/** The path to which a path leads by symbolic links. */
export async function targetOf(path: string): Promise<string> {
  let target = path;
  // As many as Linux follows.
  for (let links = 0; links < 40; links++) {
    const link = await Deno.readLink(target).catch(() => undefined);
    if (link === undefined) return target;
    target = resolve(dirname(target), link);
  }
  return path;
}

/** @throws {UserError} if what is there is no file, such as a device or a folder, or its owner made it read-only. */
async function checkReplaceable(
  path: string,
  { isFile, isDirectory, mode }: Deno.FileInfo,
  hint: string,
): Promise<void> {
  if (!isFile) {
    const reason = isDirectory ? "there is a folder of that name" : "it is a device or a pipe, and no file";
    throw new UserError(`Cannot write ${path}: ${reason}`, { code: "unwritable", hint });
  }
  // To the superuser nothing is read-only but by its mode.
  const locked = mode !== null && (mode & 0o222) === 0;
  const opened = locked || await Deno.open(path, { write: true }).then((file) => file.close(), (error) => error);
  if (locked || opened instanceof Deno.errors.PermissionDenied) {
    throw new UserError(`Cannot write ${path}: the file there is read-only`, { code: "unwritable", hint });
  }
}

/** Gives a new file the mode and the owner of the one whose name it takes, as far as the system lets it. */
async function takeOver(temporary: string, { mode, uid, gid }: Deno.FileInfo): Promise<void> {
  if (Deno.build.os === "windows" || mode === null) return;
  const own = await Deno.stat(temporary);
  if (own.uid !== uid || own.gid !== gid) await Deno.chown(temporary, uid, gid).catch(() => {});
  await Deno.chmod(temporary, mode & 0o777).catch(() => {});
}

/** Waits until a file is on the disk: else it may have its final name and be empty after a power cut. */
async function flushed(path: string): Promise<void> {
  using file = await Deno.open(path, { write: true });
  await file.syncData();
}

/** The system's message of an error, without the names of temporary files that Deno and libvips add. */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const [, ofDeno] = /^(.+?) \(os error \d+\)/.exec(message) ?? [];
  const [, ofLibvips] = /system error: (.+)/.exec(message) ?? [];
  return ofDeno ?? ofLibvips ?? messageOf(error);
}

/** The path of a temporary file in the same folder, so that a rename suffices; short, as file names have a limit. */
function beside(path: string, id: string): string {
  return join(dirname(path), `${temporaryPrefix}${id.slice(0, 8)}.tmp`);
}

/**
 * Makes sure that a file can be written to a path later, before hours of work go into it.
 *
 * @param wayOut What the user can do instead.
 * @throws {UserError} if its folder is missing, cannot be written to, or takes no file of its name, or if something has
 *   it that is no file, or a read-only one.
 */
export async function checkWritable(path: string, wayOut = elsewhere): Promise<void> {
  const target = await targetOf(path);
  if (target !== path) await checkWritable(target, wayOut);
  const folder = dirname(path);
  const there = await Deno.stat(path).catch(() => undefined);
  if (there) await checkReplaceable(path, there, there.isFile ? `make it writable, or ${wayOut}` : wayOut);
  const error = refusalOf(beside(path, crypto.randomUUID()));
  if (error) {
    const reason = error instanceof Deno.errors.NotFound
      ? `there is no folder ${folder}`
      : error instanceof Deno.errors.NotADirectory
      ? `${folder} is no folder`
      : reasonOf(error);
    const hint = error instanceof Deno.errors.NotFound
      ? `make the folder, or ${wayOut}`
      : `its folder cannot be written to: ${wayOut}`;
    throw new UserError(`Cannot write ${path}: ${reason}`, { code: "unwritable", hint, cause: error });
  }
  await checkName(path);
}

/**
 * Does some work for which a folder is made if it is missing. If the work fails, the folders that were made for it go
 * away again, unless something lies in them. A folder that cannot be made is left to the work, which will say so.
 */
export async function inFolder<T>(folder: string | undefined, work: () => Promise<T>): Promise<T> {
  const made = folder === undefined ? [] : await missingFolders(folder);
  if (made.length > 0) await Deno.mkdir(made[0], { recursive: true }).catch(() => {});
  try {
    return await work();
  } catch (error) {
    for (const path of made) await Deno.remove(path).catch(() => {});
    throw error;
  }
}

/** The folders of a path that are not there, the innermost first. */
async function missingFolders(path: string): Promise<string[]> {
  const isMissing = await Deno.lstat(path).then(() => false, (error) => error instanceof Deno.errors.NotFound);
  return isMissing && dirname(path) !== path ? [path, ...await missingFolders(dirname(path))] : [];
}

/**
 * Makes sure that a folder takes a file of a name: one may be too long, or have signs that a file system refuses.
 *
 * @throws {UserError} if it takes others, but none of this name.
 */
export async function checkName(path: string): Promise<void> {
  const error = refusalOf(path);
  if (!error || refusalOf(beside(path, crypto.randomUUID()))) return;
  throw new UserError(`Cannot write ${path}: the file system refuses this name: ${reasonOf(error)}`, {
    code: "unwritable",
    hint: otherName,
    cause: error,
  });
}

/** Why no file can be made at a path; undefined if it can, or there is one. In one go: nothing of it can stay. */
function refusalOf(path: string): Error | undefined {
  try {
    Deno.openSync(path, { write: true, createNew: true }).close();
    Deno.removeSync(path);
  } catch (error) {
    return error instanceof Deno.errors.AlreadyExists ? undefined : error as Error;
  }
}
