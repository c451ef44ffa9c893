import { opendir } from "node:fs/promises";
import { dirname } from "node:path";

/** Milliseconds without a change after which a file is taken as written: programs write in several steps. */
const rest = 150;

/** A change to come. */
export interface Change {
  /** Aborted by the change. */
  readonly signal: AbortSignal;
  /** Settles with the change. */
  readonly over: Promise<void>;
  /** Ends the wait as the change would. */
  stop(): void;
}

/**
 * Watches files until one of them changes, comes or goes, with its folder or alone, or the signal ends it.
 *
 * @param files Absolute paths; a file may be missing.
 */
export async function nextChange(files: readonly string[], signal: AbortSignal): Promise<Change> {
  const changed = new AbortController();
  // An editor may replace the file by a new one, which only a watch of the folder notices; so with a folder.
  const folders = new Set(files.flatMap(foldersAbove));
  const watcher = await watcherOf(folders);
  const concerns = ({ kind, paths }: Deno.FsEvent) =>
    kind !== "access" &&
    paths.some((path) => files.includes(path) || (kind !== "modify" && folders.has(path)));
  const stop = () => {
    try {
      watcher.close();
    } catch {
      // It is closed already.
    }
  };
  const follow = async () => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    for await (const event of watcher) {
      if (!concerns(event)) continue;
      clearTimeout(timer);
      timer = setTimeout(stop, rest);
    }
    clearTimeout(timer);
    changed.abort();
  };
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  return { over: follow().finally(() => signal.removeEventListener("abort", stop)), signal: changed.signal, stop };
}

/** Every folder on the way to a file, the nearest first. */
function foldersAbove(file: string): string[] {
  const folder = dirname(file);
  return folder === file ? [] : [folder, ...foldersAbove(folder)];
}

/** Watches those folders that can be watched; tries again if one of them comes or goes meanwhile. */
async function watcherOf(folders: ReadonlySet<string>): Promise<Deno.FsWatcher> {
  while (true) {
    const there = await readable(folders);
    try {
      const watcher = Deno.watchFs(there, { recursive: false });
      if ((await readable(folders)).length === there.length) return watcher;
      watcher.close();
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
}

/** The folders that can be listed, which is what a watch takes; no permission is asked for. */
async function readable(folders: ReadonlySet<string>): Promise<string[]> {
  const checked = await Promise.all([...folders].map(async (folder) => {
    if ((await Deno.permissions.query({ name: "read", path: folder })).state !== "granted") return [];
    return await opendir(folder).then(async (open) => {
      await open.close();
      return [folder];
    }, () => []);
  }));
  return checked.flat();
}
