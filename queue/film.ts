import { subjectOf } from "../chain/link.ts";
import { optionsOf, type ResolvedPreset } from "../presets/preset.ts";
import { bringWeights } from "../session/bring_weights.ts";
import { type FilmRunOptions, type PaintedFilm, paintFilm } from "../session/film.ts";
import { film } from "../stages/film.ts";
import type { Elsewhere, FramesFromElsewhere } from "../stages/film/elsewhere.ts";
import type { FilmPart } from "../stages/film/opened.ts";
import { frameIn } from "../video/writing/lossless.ts";
import { frameName } from "../video/writing/store.ts";
import { type Blob, BlobLost } from "./blobs.ts";
import { keptFiles } from "./checkpoints.ts";
import type { Coordinator } from "./coordinator.ts";
import { type JobFile, type PackedJob, packJob } from "./job.ts";
import { agree } from "./machine.ts";
import { workersThere } from "./presence.ts";
import type { JobResult } from "./run_job.ts";
import { shotLocation, shotPreset, shotsOf, type StoredShot } from "./shots.ts";

/**
 * Paints a film by workers, a job a shot: the file is that of a run here.
 *
 * @param preset One that `filmPreset` gave.
 * @throws {UserError} if it failed.
 */
export async function paintFilmByQueue(
  preset: ResolvedPreset,
  coordinator: Coordinator,
  options: FilmRunOptions,
): Promise<PaintedFilm> {
  await bringWeights(preset, options);
  const elsewhere: Elsewhere = (part, beginning) => framesByQueue(preset, part, beginning, coordinator, options.signal);
  return await paintFilm(preset, options, elsewhere);
}

/** Shots that are under way at the least, and for each worker: enough that none waits, and few that fill the disk. */
const [leastOpen, openPerWorker] = [4, 2];

/** Milliseconds between two looks for what a worker has painted of a shot that it is at. */
const lookEvery = 2000;

/** How often a shot is painted anew whose result was lost among the blobs. */
const tries = 3;

/** A shot that was sent. */
interface SentShot extends StoredShot {
  readonly job: PackedJob;
  result: Promise<JobResult>;
  /** The frames that its worker has kept, as far as was seen. */
  kept: ReadonlyMap<string, Blob>;
}

/** The frames of a part of a film as workers paint them. */
function framesByQueue(
  preset: ResolvedPreset,
  part: FilmPart,
  beginning: number,
  coordinator: Coordinator,
  given: AbortSignal | undefined,
): FramesFromElsewhere {
  const stop = new AbortController();
  const signal = given ? AbortSignal.any([given, stop.signal]) : stop.signal;
  const { blobs, connection, machine } = coordinator;
  const { cuts, passes } = optionsOf(preset, film)!;
  const { name } = subjectOf(preset.chain, preset.name);
  const shots: SentShot[] = [];
  const cache = new Map<string, Promise<JobFile>>();
  const inUse = new Map<string, number>();
  const running = new Set<Promise<unknown>>();
  let news = Promise.withResolvers<void>();
  let end: number | undefined;
  let failure: { readonly error: unknown } | undefined;

  /** Frames go once their shot is painted: a film's take a hundred times the room of the film. */
  const drop = async ({ frames }: StoredShot) => {
    for (const { sha256, bytes } of frames) {
      const left = inUse.get(sha256)! - 1;
      inUse.set(sha256, left);
      if (left === 0) await blobs.drop({ sha256, bytes }).catch(() => {});
    }
  };
  const run = (shot: StoredShot, job: PackedJob) => {
    const result = coordinator.run(job, { signal });
    const ended = result.then(() => drop(shot), () => {}).finally(() => running.delete(ended));
    running.add(ended);
    return result;
  };
  const send = async (shot: StoredShot) => {
    const { beginning, frames } = shot;
    for (const { sha256 } of frames) inUse.set(sha256, (inUse.get(sha256) ?? 0) + 1);
    const title = `${name}, frames ${beginning + 1} to ${beginning + frames.length}`;
    const packed = { location: shotLocation, frames, title, store: shot.store };
    const job = await packJob(shotPreset(preset, part), { machine, blobs, cache, shot: packed });
    shots.push({ ...shot, job, result: run(shot, job), kept: new Map() });
    news.resolve();
    news = Promise.withResolvers();
  };
  const roomLeft = async () => {
    const there = (await workersThere(connection)).filter((worker) => agree(worker.machine, machine));
    return running.size < Math.max(leastOpen, openPerWorker * there.length);
  };
  const sendAll = async () => {
    let behind = beginning;
    for await (const shot of shotsOf(part, beginning, { blobs, cuts, signal })) {
      while (!await roomLeft()) await Promise.race(running);
      await send(shot);
      behind = shot.beginning + shot.frames.length;
    }
    end = behind;
  };
  const sending = sendAll().catch((error) => failure = { error }).finally(() => news.resolve());

  const shotOf = async (index: number): Promise<SentShot | undefined> => {
    for (;;) {
      const found = shots.find(({ beginning, frames }) => index >= beginning && index < beginning + frames.length);
      if (found) return found;
      if (failure) throw failure.error;
      if (end !== undefined) return undefined;
      await news.promise;
    }
  };
  /** The blob of a painted frame, be its shot still under way. */
  const painted = async (shot: SentShot, index: number): Promise<Blob> => {
    const name = frameName(index);
    for (;;) {
      const early = shot.kept.get(name);
      if (early) return early;
      const timer = Promise.withResolvers<undefined>();
      const waking = setTimeout(() => timer.resolve(undefined), lookEvery);
      const result = await Promise.race([shot.result, timer.promise]).finally(() => clearTimeout(waking));
      if (result) return result.files[index];
      // With several passes a frame that is there may be painted again.
      if (passes === 1) shot.kept = await keptFiles(blobs, shot.job.id).catch(() => shot.kept);
    }
  };
  return {
    get end() {
      return end;
    },
    async frame(index) {
      const shot = await shotOf(index);
      if (!shot) return undefined;
      // With the last one it has to be known whether others follow.
      if (index + 1 === shot.beginning + shot.frames.length) await shotOf(index + 1);
      for (let count = 1;; count++) {
        const blob = await painted(shot, index - shot.beginning);
        try {
          const png = await blobs.get(blob);
          return { shot: shot.beginning, painted: await frameIn(png, `/${blob.sha256}.png`) };
        } catch (error) {
          if (!(error instanceof BlobLost) || count === tries) throw error;
          shot.kept = new Map();
          await shot.result;
          shot.result = run(shot, shot.job);
        }
      }
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      await sending;
      await Promise.all(running);
    },
  };
}
