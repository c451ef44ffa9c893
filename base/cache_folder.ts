import { isAbsolute, join, resolve } from "node:path";
import { UserError } from "./errors.ts";

/** The variables of the environment that say where the cache is. */
export const cacheVariables = ["IMPASTO_CACHE", "XDG_CACHE_HOME", "HOME", "LOCALAPPDATA"] as const;

type Variable = typeof cacheVariables[number];

/** The value of a variable; empty without the permission to see it, so that whoever imports the module is not asked. */
function fromEnvironment(variable: Variable): string {
  if (Deno.permissions.querySync({ name: "env", variable }).state !== "granted") return "";
  return Deno.env.get(variable) ?? "";
}

/**
 * The folder for what was fetched and can be fetched again; it may not exist yet. `IMPASTO_CACHE` names it, else it
 * is where the platform keeps caches: `XDG_CACHE_HOME` or `~/.cache` (XDG Base Directory Specification 0.8, which
 * says to ignore a relative path), `~/Library/Caches`, `%LOCALAPPDATA%`.
 *
 * @throws {UserError} if no variable says where it is.
 */
export function cacheFolder(
  os: typeof Deno.build.os = Deno.build.os,
  valueOf: (variable: Variable) => string = fromEnvironment,
): string {
  const own = valueOf("IMPASTO_CACHE");
  if (own) return resolve(own);
  const base = platformCaches(os, valueOf);
  if (isAbsolute(base)) return join(base, "impasto");
  throw new UserError("Cannot tell where the cache is: the environment names no home folder", {
    hint: "set IMPASTO_CACHE to a folder, and let the program see it: --allow-env=IMPASTO_CACHE",
  });
}

function platformCaches(os: typeof Deno.build.os, valueOf: (variable: Variable) => string): string {
  if (os === "windows") return valueOf("LOCALAPPDATA");
  const home = valueOf("HOME");
  if (os === "darwin") return home && join(home, "Library", "Caches");
  const xdg = valueOf("XDG_CACHE_HOME");
  return isAbsolute(xdg) ? xdg : home && join(home, ".cache");
}
