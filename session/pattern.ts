import { basename, extname, join, parse, relative, resolve, sep } from "node:path";
import picomatch from "npm:picomatch@4.0.7";
import { UserError } from "../base/errors.ts";
import { endings } from "../pictures/write_picture.ts";
import { reasonOf } from "../base/files.ts";

function fail(error: UserError): never {
  throw error;
}

/** Whether a path is a pattern for many, rather than the path of a file that is there. */
export async function isPattern(path: string): Promise<boolean> {
  if ((await Deno.stat(path).catch(() => undefined))?.isFile) return false;
  const { signs } = await parted(path);
  return picomatch.scan(signs).isGlob || escaped.test(signs);
}

/**
 * The files that a pattern such as `photos/*.jpg` means, in order. Folders that are there are meant by their names,
 * whatever signs these hold; of the rest, a backslash before a sign takes its meaning. Case does not matter there.
 *
 * @param onShut Told of each folder that may not be looked into, as they stand on memory cards; it is left out. Such a
 *   folder is an error unless this is given.
 * @throws {UserError} if there are none.
 */
export async function filesMatching(pattern: string, onShut: (error: UserError) => void = fail): Promise<string[]> {
  const { folder, signs } = await parted(pattern);
  const matches: (path: string) => boolean = picomatch(signs, { nocase: true });
  const files = (await filesIn(folder, /\*\*|\/./.test(signs), onShut))
    .filter((path) => matches(withSlashes(relative(folder, path))));
  if (files.length > 0) return files.sort();
  throw new UserError(`No picture matches ${pattern}`, { hint: "check the folder and the ending", exitCode: 2 });
}

/** The endings of picture files, those included that a person has to convert first. */
const pictureEndings = [...endings, ".jpe", ".jfif", ".gif", ".heic", ".heif"];

/** Whether there is a folder at a path. */
export async function isFolder(path: string): Promise<boolean> {
  return await Deno.stat(path).then(({ isDirectory }) => isDirectory, () => false);
}

/**
 * The pictures of a folder by their endings, in order; not those of folders in it, and none that is hidden.
 *
 * @throws {UserError} if there are none.
 */
export async function picturesIn(folder: string, onShut: (error: UserError) => void = fail): Promise<string[]> {
  const pictures = (await filesIn(folder, false, onShut)).filter((path) =>
    !basename(path).startsWith(".") && pictureEndings.includes(extname(path).toLowerCase())
  );
  if (pictures.length > 0) return pictures.sort();
  throw new UserError(`There is no picture in the folder ${folder}`, {
    hint: `pictures end in ${endings.join(", ")}; a pattern finds those of folders in it: '${
      join(folder, "**/*.jpg")
    }'`,
    exitCode: 2,
  });
}

/** A sign without its meaning; on Windows a backslash stands between folders. */
const escaped = sep === "/" ? /\\[^\w\s/]/ : /(?!)/;

/** The folder that a pattern begins with, as far as it is there, and the signs behind it. */
async function parted(pattern: string): Promise<{ readonly folder: string; readonly signs: string }> {
  const { root } = parse(resolve(pattern));
  const names = withSlashes(resolve(pattern).slice(root.length)).split("/");
  let folder = root;
  while (names.length > 1) {
    const inner = await innerFolder(folder, names[0]);
    if (inner === undefined) break;
    folder = inner;
    names.shift();
  }
  return { folder, signs: names.join("/") };
}

/** The folder of a name, which may be written with escapes, inside another; undefined if there is none. */
async function innerFolder(folder: string, name: string): Promise<string | undefined> {
  for (const path of new Set([name, sep === "/" ? name.replaceAll(/\\(.)/g, "$1") : name])) {
    const inner = join(folder, path);
    if ((await Deno.stat(inner).catch(() => undefined))?.isDirectory) return inner;
  }
}

async function filesIn(folder: string, deep: boolean, onShut: (error: UserError) => void): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(folder)).catch((error): Deno.DirEntry[] => {
    if (error instanceof Deno.errors.NotCapable) throw error;
    if (!(error instanceof Deno.errors.NotFound)) {
      const hint = "let it be read, or move it away";
      onShut(new UserError(`Cannot look into the folder ${folder}: ${reasonOf(error)}`, { hint, cause: error }));
    }
    return [];
  });
  const found = await Promise.all(entries.map(async ({ name, isDirectory, isFile, isSymlink }) => {
    const path = join(folder, name);
    if (isDirectory) return deep ? await filesIn(path, deep, onShut) : [];
    const leadsToFolder = isSymlink && await Deno.stat(path).then(({ isDirectory }) => isDirectory, () => false);
    return isFile || isSymlink && !leadsToFolder ? [path] : [];
  }));
  return found.flat();
}

function withSlashes(path: string): string {
  return path.replaceAll(sep, "/");
}
