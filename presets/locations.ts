import { dirname, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { standardInput } from "../base/pipes.ts";
import { moduleRoot } from "../base/root.ts";

/** URL of the current folder, the base of relative paths. */
export function currentFolder(): URL {
  try {
    return pathToFileURL(`${Deno.cwd()}/`);
  } catch (error) {
    // Without the permission to read no path can be used anyway; shipped presets and pictures in memory need none.
    if (error instanceof Deno.errors.NotCapable) return new URL("file:///");
    throw error;
  }
}

/** Whether a text is an address rather than a path. */
export function isUrl(text: string): boolean {
  return /^(https?|file|data|blob|impasto|stored|code):/i.test(text);
}

/** Matches paths and URLs of modules, and no plain name. */
export const modulePattern = /^(\.{0,2}[\\/]|[A-Za-z]+:)|\.[cm]?[jt]s$/;

/** Whether a value is the path or URL of a module, rather than a plain name. */
export function isModulePath(text: unknown): text is string {
  return typeof text === "string" && modulePattern.test(text);
}

/** Resolves a path, a URL, or `-` for standard input, that stands in a file at `base`; null if it is none of these. */
export function located(text: string, base: URL): URL | null {
  // What comes from the network does not read standard input.
  if (text === "-" && base.protocol === "file:") return new URL(standardInput);
  if (isOwn(text)) return ownFile(text.slice(ownScheme.length));
  if (isUrl(text) || base.protocol !== "file:") return URL.parse(text, base);
  return pathToFileURL(resolve(folderOf(base), text));
}

/** The hint for a preset from the network that names a file of this machine. */
export const noReach = "save the preset and its pictures here, or name the file on the command line";

/** Whether a file from the network names a file of this machine other than the module's own. */
export function reachesIn(text: string, { protocol }: URL, base: URL): boolean {
  return protocol === "file:" && base.protocol !== "file:" && !isOwn(text);
}

/** Scheme of URLs for files of the module, wherever that is: `impasto:examples/monet.jpg`. */
export const ownScheme = "impasto:";

function isOwn(text: string): boolean {
  return text.toLowerCase().startsWith(ownScheme);
}

/** URL of a file of the module; null if the path leads out of it. */
function ownFile(path: string): URL | null {
  const location = URL.parse(`./${path}`, moduleRoot);
  const inside = location?.href.startsWith(moduleRoot.href) && !/%(2f|5c)/i.test(location.href);
  return inside ? location : null;
}

function folderOf(base: URL): string {
  const path = fileURLToPath(base);
  return base.pathname.endsWith("/") ? path : dirname(path);
}
