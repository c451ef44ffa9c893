import { dirname, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { moduleRoot } from "../base/root.ts";

/** The folder where the user stands, as a base for relative paths. */
export function currentFolder(): URL {
  try {
    return pathToFileURL(`${Deno.cwd()}/`);
  } catch (error) {
    // Who may read nothing needs no folder: names of what ships and pictures in memory start nowhere.
    if (error instanceof Deno.errors.NotCapable) return new URL("file:///");
    throw error;
  }
}

/** Whether a text is an address rather than a path. */
export function isUrl(text: string): boolean {
  return /^(https?|file|data|blob|impasto|stored|code):/i.test(text);
}

/** What the path or the address of a module looks like, beside plain names. */
export const modulePattern = /^(\.{0,2}[\\/]|[A-Za-z]+:)|\.[cm]?[jt]s$/;

/** Whether a text that may be a name is a module's path or address. */
export function isModulePath(text: unknown): text is string {
  return typeof text === "string" && modulePattern.test(text);
}

/** What a path or an address means in a file at `base`; nothing where it is no address. */
export function located(text: string, base: URL): URL | null {
  if (isOwn(text)) return ownFile(text.slice(ownScheme.length));
  if (isUrl(text) || base.protocol !== "file:") return URL.parse(text, base);
  return pathToFileURL(resolve(folderOf(base), text));
}

/** What to do where a preset from the network names a file of this machine. */
export const noReach = "save the preset and its pictures here, or name the file on the command line";

/** Whether something from the network names a file of this machine; the module's own files are everybody's. */
export function reachesIn(text: string, { protocol }: URL, base: URL): boolean {
  return protocol === "file:" && base.protocol !== "file:" && !isOwn(text);
}

/** Names of files that the module brings along, wherever it is. */
export const ownScheme = "impasto:";

function isOwn(text: string): boolean {
  return text.toLowerCase().startsWith(ownScheme);
}

/** A file of the module; nothing where the path leads out of it. */
function ownFile(path: string): URL | null {
  const location = URL.parse(`./${path}`, moduleRoot);
  const inside = location?.href.startsWith(moduleRoot.href) && !/%(2f|5c)/i.test(location.href);
  return inside ? location : null;
}

function folderOf(base: URL): string {
  const path = fileURLToPath(base);
  return base.pathname.endsWith("/") ? path : dirname(path);
}
