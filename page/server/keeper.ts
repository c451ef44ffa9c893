import { join } from "node:path";
import { isObject, type Json } from "../../base/json.ts";
import { writeAtomically } from "../../base/files.ts";
import type { SavedDocument } from "./document.ts";
import type { SavedRun } from "./live.ts";
import type { Kept } from "./uploads.ts";
import type { KeptVersion } from "./versions.ts";

/** What outlives a server. */
export interface Saved {
  readonly document: SavedDocument;
  readonly pictures: readonly Kept[];
  readonly versions: readonly KeptVersion[];
  readonly run?: SavedRun;
  readonly auto: boolean;
}

/** A studio that nothing was done in. */
const empty: Saved = {
  document: { now: { extends: "painting" }, before: [], after: [] },
  pictures: [],
  versions: [],
  auto: true,
};

/** Milliseconds within which a change is on the disk. */
const delay = 200;

/** Keeps a studio's state in its folder. */
export interface Keeper {
  readonly saved: Saved;
  /** Writes soon. */
  changed(): void;
  /** Writes now. */
  flush(): Promise<void>;
}

/**
 * Opens what is kept in a folder.
 *
 * @param current What is to be kept.
 */
export async function openKeeper(folder: string, current: () => Saved): Promise<Keeper> {
  const path = join(folder, "state.json");
  const saved = await read(path);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let writing: Promise<void> = Promise.resolve();
  let written = "";
  const write = async () => {
    const text = JSON.stringify(current());
    if (text === written) return;
    await writeAtomically(path, new TextEncoder().encode(text));
    written = text;
  };
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    // A full disk does not end the work; the next change tries again.
    return writing = writing.then(write).catch(() => {});
  };
  return { saved, changed: () => void (timer ??= setTimeout(flush, delay)), flush };
}

async function read(path: string): Promise<Saved> {
  const text = await Deno.readTextFile(path).catch(() => "{}");
  try {
    const json: unknown = JSON.parse(text);
    return isObject(json) && isObject((json as Json).document) ? { ...empty, ...json } as Saved : empty;
  } catch {
    return empty;
  }
}
