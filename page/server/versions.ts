import { join } from "node:path";
import type { Json } from "../../base/json.ts";
import type { Version } from "../protocol.ts";
import { listedVersions } from "./limits.ts";

/** A version with the preset that made it. */
export interface KeptVersion extends Version {
  readonly document: Json;
}

/** The pictures that came of the studio, the newest first; each is a file of the folder. */
export interface Versions {
  list(): readonly KeptVersion[];
  get(id: string): KeptVersion | undefined;
  pathOf(version: Version): string;
  add(version: Omit<KeptVersion, "id" | "when">): KeptVersion;
}

/**
 * Opens the versions of a folder.
 *
 * @param changed Told of each new one.
 */
export async function openVersions(
  folder: string,
  saved: readonly KeptVersion[],
  changed: () => void,
): Promise<Versions> {
  const there = await Promise.all(
    saved.map(({ file }) => Deno.stat(join(folder, file)).then(({ isFile }) => isFile, () => false)),
  );
  const versions = saved.filter((_, i) => there[i]);
  return {
    list: () => versions,
    get: (id) => versions.find((version) => version.id === id),
    pathOf: ({ file }) => join(folder, file),
    add(version) {
      const entered = { ...version, id: crypto.randomUUID(), when: Date.now() };
      // A run that paints the same anew replaces its picture.
      const before = versions.findIndex(({ file }) => file === version.file);
      if (before >= 0) versions.splice(before, 1);
      versions.unshift(entered);
      versions.length = Math.min(versions.length, listedVersions);
      changed();
      return entered;
    },
  };
}
