import { join } from "node:path";
import { readAll } from "../base/read.ts";
import { messageOf, UserError } from "../base/errors.ts";
import { isObject } from "../base/json.ts";
import type { Progress } from "../chain/progress.ts";
import { loadPreset } from "../presets/load.ts";
import type { Preset } from "../presets/source.ts";
import type { Report } from "../session/report.ts";
import type { Session } from "../session/session.ts";
import { numberedPictures } from "../video/reading/folder.ts";
import { type Blob, type Blobs, isBlob } from "./blobs.ts";
import { jobCheckpoints } from "./checkpoints.ts";
import { type JobFile, type JobNote, layout, placedPreset, specIn } from "./job.ts";
import type { LocalFiles } from "./local_files.ts";
import { agree, inWords, type Machine, machineIn } from "./machine.ts";
import { pathToFileURL } from "node:url";

/** What came of a job: its note among the results. */
export interface JobResult {
  /** The files that it wrote, in the order of its outputs. */
  readonly files: readonly Blob[];
  /** How the picture came about; its files are not named. */
  readonly report: Report;
}

/** The job was interrupted, and its checkpoint lets another worker go on. */
export class PutBack extends Error {
  /** The name of its class. */
  override readonly name = "PutBack";
}

/** What a worker does jobs with. */
export interface Workshop {
  readonly machine: Machine;
  readonly blobs: Blobs;
  readonly session: Session;
  readonly files: LocalFiles;
  /** A folder of its own. */
  readonly folder: string;
}

/**
 * Does a job, unless its result is there already: a job that is done twice has one result.
 *
 * @param signal Stops after the step at hand.
 * @throws {PutBack} if the signal came before it was done.
 * @throws {BlobLost} if something that it reads is no blob any more.
 * @throws {UserError} if it cannot be done.
 */
export async function runJob(
  note: JobNote,
  { machine, blobs, session, files, folder }: Workshop,
  { signal, onProgress = () => {} }: { readonly signal: AbortSignal; readonly onProgress?: (event: Progress) => void },
): Promise<JobResult> {
  checkNote(note, machine);
  const id = note.spec.sha256;
  const done = await resultOf(blobs, id);
  if (done) return done;
  const spec = specIn(await blobs.get(note.spec));
  if (!agree(spec.machine, machine)) throw stranger(spec.machine, machine);
  const paths = await files.bring(spec.files);
  const place = join(folder, "work");
  await Deno.remove(place, { recursive: true }).catch(() => {});
  await Deno.mkdir(place);
  const outputs = spec.outputs.map((ending, i) => join(place, `${i}${ending}`));
  const frames = join(place, "frames");
  await bringFrames(blobs, spec.frames, frames);
  const json = placedPreset(spec, {
    file: (i) => pathToFileURL(paths[i]).href,
    frames: () => pathToFileURL(frames).href,
    output: (i) => outputs[i],
  });
  const checkpoints = jobCheckpoints(blobs, id, outputs[0]);
  const resume = await checkpoints.restore();
  const saves: Promise<void>[] = [];
  const tell = (event: Progress) =>
    onProgress("message" in event ? { ...event, message: files.told(event.message) } : event);
  try {
    const preset = await loadPreset(json as Preset);
    const { report } = await session.stylise(preset, {
      write: true,
      keep: true,
      offline: true,
      resume,
      signal,
      recipe: spec.recipe,
      onProgress(event) {
        if (event.kind === "checkpoint") saves.push(checkpoints.saveIfDue().catch((error) => warn(error, onProgress)));
        else tell(event);
      },
    });
    await Promise.all(saves);
    if (report.interrupted) {
      await checkpoints.save().catch((error) => warn(error, onProgress));
      throw new PutBack("The worker is stopping");
    }
    const files = await storeAll(blobs, outputs);
    const result: JobResult = { files, report: { ...report, files: [] } };
    await blobs.note("results", id, { ...result });
    return result;
  } catch (error) {
    if (signal.aborted && !(error instanceof PutBack)) throw new PutBack("The worker is stopping", { cause: error });
    if (!(error instanceof UserError)) throw error;
    const { message, hint, exitCode, code } = error;
    throw new UserError(files.told(message), { hint: hint && files.told(hint), exitCode, code, cause: error });
  } finally {
    await Promise.allSettled(saves);
  }
}

/** Puts the frames of a shot into a folder, where they make a film. */
async function bringFrames(blobs: Blobs, frames: readonly JobFile[], folder: string): Promise<void> {
  if (frames.length === 0) return;
  await Deno.mkdir(folder);
  for (const frame of frames) await Deno.writeFile(join(folder, frame.name), await blobs.get(frame));
}

/** Stores what a job wrote: files, or folders of numbered ones. */
async function storeAll(blobs: Blobs, outputs: readonly string[]): Promise<Blob[]> {
  const stored: Blob[] = [];
  for (const output of outputs) {
    const { isDirectory } = await Deno.stat(output);
    for (const path of isDirectory ? await numberedPictures(output) : [output]) {
      stored.push(await blobs.put(await readAll(pathToFileURL(path))));
    }
  }
  return stored;
}

/** A job that ran on without a checkpoint is no failure: it only begins anew on another worker. */
function warn(error: unknown, onProgress: (event: Progress) => void): void {
  onProgress({ kind: "warning", message: `${messageOf(error)}; the run goes on without a checkpoint` });
}

function checkNote(note: JobNote, machine: Machine): void {
  const theirs = isObject(note) ? machineIn(note.machine) : undefined;
  if (!theirs || note.layout !== layout || !isBlob(note.spec)) {
    throw new UserError("Cannot do a job: another version made it", {
      hint: "workers and coordinators have to be of one version",
      exitCode: 2,
    });
  }
  if (!agree(theirs, machine)) throw stranger(theirs, machine);
}

function stranger(theirs: Machine, own: Machine): UserError {
  return new UserError(`Cannot do a job for ${inWords(theirs)}: this worker is ${inWords(own)}`, {
    hint: "its bytes would be others",
    exitCode: 2,
  });
}

/** The result of a job; undefined unless all of it is there. */
export async function resultOf(blobs: Blobs, id: string): Promise<JobResult | undefined> {
  const note = await blobs.noted("results", id);
  const { files, report } = note ?? {};
  if (!Array.isArray(files) || !files.every(isBlob) || !isObject(report)) return undefined;
  const there = await Promise.all(files.map((file) => blobs.has(file)));
  return there.every(Boolean) ? { files, report: report as unknown as Report } : undefined;
}
