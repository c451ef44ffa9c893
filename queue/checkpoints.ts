import { dirname, join } from "node:path";
import { isObject } from "../base/json.ts";
import { turns } from "../base/turns.ts";
import { workingFolder } from "../video/writing/store.ts";
import { type Blob, BlobLost, type Blobs, isBlob } from "./blobs.ts";

/** What a job keeps among the blobs, so that another worker goes on. */
export interface JobCheckpoints {
  /** Puts what another worker kept to where a run looks for it. Returns whether there is something. */
  restore(): Promise<boolean>;
  /** Keeps what the run has by now. */
  save(): Promise<void>;
  /** As `save`, unless the last time is but a moment ago. */
  saveIfDue(): Promise<void>;
}

/** A painted frame of a shot, or the note of where its shots begin, in the working folder of a film. */
const keptFile = /^(pass-\d{1,2}\/)?(\d{8}\.png|shots\.json)$/;

/** Milliseconds between two records at least. */
const every = 2000;

/** Records take at most one part in this many of the time. */
const patience = 20;

/** The files that a job has kept, by their names. */
export async function keptFiles(blobs: Blobs, id: string): Promise<ReadonlyMap<string, Blob>> {
  const files = (await blobs.noted("checkpoints", id))?.files;
  const sound = Array.isArray(files) ? files.filter((file) => isObject(file) && isBlob(file.blob)) : [];
  return new Map(
    sound.map(({ name, blob }) => [String(name), blob as unknown as Blob] as const).filter(([name]) =>
      keptFile.test(name)
    ),
  );
}

/** The checkpoints of a job whose session keeps its own beside the first file that it writes. */
export function jobCheckpoints(blobs: Blobs, id: string, output: string): JobCheckpoints {
  const path = `${output}.checkpoint`;
  const folder = workingFolder(output);
  const stored = new Map<string, Blob>();
  const inTurn = turns();
  let [last, cost] = [performance.now(), 0];

  const save = async () => {
    const began = performance.now();
    const bytes = await Deno.readFile(path).catch(() => undefined);
    if (!bytes) return;
    const before = (await blobs.noted("checkpoints", id))?.blob;
    const files: { readonly name: string; readonly blob: Blob }[] = [];
    for (const name of await filesIn(folder)) {
      // A painted frame stays as it is.
      const blob = stored.get(name) ?? await blobs.put(await Deno.readFile(join(folder, name)));
      if (name.endsWith(".png")) stored.set(name, blob);
      files.push({ name, blob });
    }
    const blob = await blobs.put(bytes);
    await blobs.note("checkpoints", id, { blob: { ...blob }, files: files.map((file) => ({ ...file })) });
    if (isBlob(before) && before.sha256 !== blob.sha256) await blobs.drop(before).catch(() => {});
    last = performance.now();
    cost = last - began;
  };
  return {
    async restore() {
      const note = await blobs.noted("checkpoints", id);
      if (!isBlob(note?.blob)) return false;
      try {
        for (const [name, blob] of await keptFiles(blobs, id)) {
          const place = join(folder, name);
          await Deno.mkdir(dirname(place), { recursive: true });
          await Deno.writeFile(place, await blobs.get(blob));
          if (name.endsWith(".png")) stored.set(name, blob);
        }
        await Deno.writeFile(path, await blobs.get(note.blob));
        return true;
      } catch (error) {
        // One that is lost costs time, and no more.
        if (error instanceof BlobLost) return false;
        throw error;
      }
    },
    save: () => inTurn(save),
    saveIfDue: () =>
      inTurn(async () => {
        if (performance.now() - last >= Math.max(every, patience * cost)) await save();
      }),
  };
}

/** The names of the files in a working folder that a run goes on from. */
async function filesIn(folder: string, inside = ""): Promise<string[]> {
  const names: string[] = [];
  const entries = await Array.fromAsync(Deno.readDir(join(folder, inside))).catch(() => []);
  for (const { name, isDirectory } of entries) {
    if (isDirectory) names.push(...await filesIn(folder, `${name}/`));
    else if (keptFile.test(inside + name)) names.push(inside + name);
  }
  return names.sort();
}
