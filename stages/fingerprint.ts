import type { ResolvedPreset } from "../presets/preset.ts";
import { presetOptions } from "../presets/schema.ts";
import { mapLocations } from "../presets/merge.ts";
import { hashesOf } from "../weights/hash.ts";
import { objectSchema } from "./schema.ts";

/** SHA-256 of the files and of the pictures in memory that a run reads, by their URLs. */
export type Digests = Readonly<Record<string, string>>;

/** All that decides what a picture looks like. */
interface Recipe {
  readonly preset: ResolvedPreset;
  readonly digests: Digests;
}

/**
 * The contents of files, and of pictures in memory, in short. Addresses of other kinds stand for themselves, and a file
 * that cannot be read is left out: whoever needs it says so.
 */
export async function digestsOf(locations: Iterable<string>): Promise<Digests> {
  const digests: Record<string, string> = {};
  for (const location of locations) {
    if (!/^(file|blob):/.test(location)) continue;
    const hashes = await hashesOf(new URL(location), ["sha256"]).catch(() => undefined);
    if (hashes) digests[location] = hashes.sha256;
  }
  return digests;
}

/**
 * The first thing in which two recipes differ, in words; nothing where they make the same picture. Files count by what
 * they hold, wherever they are.
 */
export function firstDifference(then: Recipe, now: Recipe): string | undefined {
  const [old, current] = [flat(then), flat(now)];
  for (const path of new Set([...old.keys(), ...current.keys()])) {
    const [was, is] = [old.get(path), current.get(path)];
    if (was === is) continue;
    return was?.startsWith(digestMark) || is?.startsWith(digestMark)
      ? `${path} is another file than it was`
      : `${path} was ${was ?? "not there"} and is ${is ?? "not there"}`;
  }
}

const digestMark = '"sha256:';

/** Every leaf of a preset as JSON by its path. */
function flat({ preset: { sections, ...common }, digests }: Recipe): Map<string, string> {
  const located = mapLocations({ ...common, ...sections }, objectSchema(presetOptions), (text, _, kind) => {
    if (kind === "write") return "";
    return digests[text] ? `sha256:${digests[text]}` : text;
  });
  const leaves = new Map<string, string>();
  const visit = (value: unknown, path: string) => {
    if (typeof value !== "object" || value === null) return leaves.set(path, JSON.stringify(value));
    for (const [key, inner] of Object.entries(value)) visit(inner, path === "" ? key : `${path}.${key}`);
  };
  visit(located, "");
  return leaves;
}
