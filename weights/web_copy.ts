import { createHash } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { UserError } from "../base/errors.ts";
import { cacheFolder } from "../base/cache_folder.ts";
import { download, DownloadError, type Version } from "./download.ts";
import { locked } from "./lock.ts";

/** Memoised copies by address: a run opens its weights several times, and asks the server once. */
const copies = new Map<string, Promise<URL | undefined>>();

/**
 * A copy on disk of a file on the web. That of an earlier run is used if the server says that it is still the same, or
 * cannot be reached.
 *
 * @returns The copy's location; undefined if there is no folder to keep it in.
 * @throws {DownloadError} if it cannot be downloaded.
 */
export function localCopy(location: URL): Promise<URL | undefined> {
  const copy = copies.get(location.href) ?? copyOf(location).catch((error) => {
    copies.delete(location.href);
    throw error;
  });
  copies.set(location.href, copy);
  return copy;
}

async function copyOf(location: URL): Promise<URL | undefined> {
  const folder = await addressesFolder();
  if (!folder) return undefined;
  const path = join(folder, createHash("sha256").update(location.href).digest("hex").slice(0, 32));
  const versionPath = `${path}.json`;
  await locked(`${path}.lock`, async () => {
    const have = await versionAt(path, versionPath);
    // Without a version there is no telling whether it is still the same.
    const unversioned = !have?.etag && !have?.modified;
    try {
      const { unchanged, version } = await download(location, path, unversioned ? {} : { have });
      if (unchanged) return;
      await Deno.writeTextFile(`${versionPath}.new`, JSON.stringify(version));
      await Deno.rename(`${versionPath}.new`, versionPath);
    } catch (error) {
      if (!(error instanceof DownloadError && error.offline && !unversioned)) throw error;
    }
  });
  return pathToFileURL(path);
}

async function addressesFolder(): Promise<string | undefined> {
  try {
    const folder = join(cacheFolder(), "addresses");
    await mkdir(folder, { recursive: true });
    return folder;
  } catch (error) {
    const noPlace = error instanceof UserError || error instanceof Deno.errors.NotCapable ||
      error instanceof Deno.errors.PermissionDenied || (error as { code?: string }).code === "EROFS";
    if (noPlace) return undefined;
    throw error;
  }
}

async function versionAt(path: string, versionPath: string): Promise<Version | undefined> {
  try {
    await Deno.stat(path);
    return JSON.parse(await Deno.readTextFile(versionPath));
  } catch {
    return undefined;
  }
}
