import { createHash } from "node:crypto";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { withoutSecrets } from "../base/addresses.ts";
import { presetJson } from "../presets/preset_json.ts";
import type { ResolvedPreset } from "../presets/preset.ts";
import { hashesOf } from "../weights/hash.ts";

/** SHA-256 of the files and of the pictures in memory that a run reads, by their URLs. */
type Digests = Readonly<Record<string, string>>;

/** Everything that determines a picture: each leaf of the preset's JSON by its path, each file as its SHA-256. */
export type Fingerprint = Readonly<Record<string, string>>;

/**
 * SHA-256 of files, and of pictures in memory. URLs of other schemes are left out, and so is a file that cannot be
 * read: the stage that needs it says so.
 */
export async function digestsOf(locations: Iterable<string>): Promise<Digests> {
  const digests: Record<string, string> = {};
  for (const location of locations) {
    if (!/^(file|blob):/.test(location)) continue;
    const digest = await digestOf(new URL(location)).catch(() => undefined);
    if (digest) digests[location] = digest;
  }
  return digests;
}

/** SHA-256 of a file; of a folder, as of a film of numbered pictures, that of the names and hashes of its files. */
async function digestOf(url: URL): Promise<string> {
  const isFolder = url.protocol === "file:" && (await Deno.stat(url)).isDirectory;
  if (!isFolder) return (await hashesOf(url, ["sha256"])).sha256;
  const hash = createHash("sha256");
  const files = await Array.fromAsync(Deno.readDir(url));
  for (const { name } of files.filter(({ isFile }) => isFile).sort((a, b) => a.name < b.name ? -1 : 1)) {
    const { sha256 } = await hashesOf(pathToFileURL(join(fileURLToPath(url), name)), ["sha256"]);
    hash.update(`${name} ${sha256}\n`);
  }
  return hash.digest("hex");
}

/**
 * The fingerprint of a preset with the files that it reads. The path of the result is no part of it, nor are the
 * passwords and keys of addresses.
 */
export function fingerprintOf(preset: ResolvedPreset, digests: Digests): Fingerprint {
  const located = presetJson(preset, (text, _, kind) => {
    if (kind === "write") return "";
    return digests[text] ? `${digestMark}${digests[text]}` : withoutSecrets(text);
  });
  const leaves: Record<string, string> = {};
  const visit = (value: unknown, path: string) => {
    if (typeof value !== "object" || value === null) return leaves[path] = JSON.stringify(value);
    for (const [key, inner] of Object.entries(value)) visit(inner, path === "" ? key : `${path}.${key}`);
  };
  visit(located, "");
  return leaves;
}

/** The first thing in which two fingerprints differ, in words; undefined if they make the same picture. */
export function firstDifference(then: Fingerprint, now: Fingerprint): string | undefined {
  for (const path of new Set([...Object.keys(then), ...Object.keys(now)])) {
    const [was, is] = [then[path], now[path]];
    if (was === is) continue;
    return isDigest(was) || isDigest(is)
      ? `${path} is another file than it was`
      : `${path} was ${was ?? "not there"} and is ${is ?? "not there"}`;
  }
}

const digestMark = "sha256:";

function isDigest(leaf: string | undefined): boolean {
  return leaf?.startsWith(`"${digestMark}`) ?? false;
}
