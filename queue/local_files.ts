import { join } from "node:path";
import type { Blobs } from "./blobs.ts";
import type { JobFile } from "./job.ts";

/** Bytes of files that a worker keeps for later jobs: the paintings and the network of a run, not its photographs. */
const room = 1e9;

/** Files of jobs on the worker's own disk. */
export interface LocalFiles {
  /**
   * The paths of some files, which are there and whole until the next call.
   *
   * @throws {BlobLost} if one is no blob any more.
   */
  bring(files: readonly JobFile[]): Promise<string[]>;
  /** Puts the names of blobs in the place of paths. */
  told(text: string): string;
}

/** Keeps files in a folder that is the worker's own. */
export function localFiles(folder: string, blobs: Blobs): LocalFiles {
  /** Bytes by hash, those used last at the end. */
  const kept = new Map<string, number>();
  return {
    async bring(files) {
      const paths: string[] = [];
      for (const file of files) {
        const place = join(folder, file.sha256);
        const path = join(place, file.name);
        if (!await Deno.stat(path).then(({ size }) => size === file.bytes, () => false)) {
          const bytes = await blobs.get(file);
          await Deno.mkdir(place, { recursive: true });
          await Deno.writeFile(path, bytes);
        }
        kept.delete(file.sha256);
        kept.set(file.sha256, file.bytes);
        paths.push(path);
      }
      let total = [...kept.values()].reduce((sum, bytes) => sum + bytes, 0);
      for (const [sha256, bytes] of kept) {
        if (total <= room || files.some((file) => file.sha256 === sha256)) continue;
        kept.delete(sha256);
        total -= bytes;
        await Deno.remove(join(folder, sha256), { recursive: true }).catch(() => {});
      }
      return paths;
    },
    told: (text) =>
      [...kept.keys()].reduce((text, sha256) => {
        const place = join(folder, sha256);
        if (!text.includes(place)) return text;
        const after = new RegExp(
          `(?:file://)?${RegExp.escape(place)}[/\\\\][^:;"]*?(?=[:;"]|$| (?:as|is|has|for|holds)\\b)`,
          "g",
        );
        return text.replaceAll(after, `blob ${sha256}`);
      }, text),
  };
}
