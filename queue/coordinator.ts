import { UserError } from "../base/errors.ts";
import type { RunSettings } from "../chain/recipe.ts";
import { type Blobs, openBlobs } from "./blobs.ts";
import { connect, type Connection, noteQueue, prefix, refused, skipVersionCheck } from "./connection.ts";
import { failureFrom, isBlobLost } from "./failure.ts";
import type { JobNote, PackedJob } from "./job.ts";
import { agree, coresHere, inWords, type Machine, machineOf, queueOf } from "./machine.ts";
import { type Presence, workersThere } from "./presence.ts";
import { type JobResult, resultOf } from "./run_job.ts";
import { watchService } from "./service.ts";
import { type Timing, timing as usual } from "./timing.ts";
import type { Told } from "./told.ts";
import { farewell, within } from "./within.ts";

/** Options of {@linkcode openCoordinator}. */
export interface CoordinatorOptions {
  /** Address of the Redis that holds the queue. */
  readonly queue: string;
  /** Address of the blobs. */
  readonly blobs: string;
  /** The engine and the threads that a run asks for: `auto` and 0 for those of the workers that are there. */
  readonly settings: Pick<RunSettings, "engine" | "threads">;
  /** Told what the user should know. */
  readonly onNotice?: (notice: { readonly kind: "note" | "warning"; readonly message: string }) => void;
  /** How long the parts of the queue wait for one another; tests have less patience. */
  readonly timing?: Partial<Timing>;
}

/** Sends jobs, and waits for what becomes of them. */
export interface Coordinator extends AsyncDisposable {
  readonly connection: Connection;
  readonly blobs: Blobs;
  /** What the workers of this run have to be. */
  readonly machine: Machine;
  /**
   * Sends a job, unless its result is there, and waits for its result. Whoever sends the same job shares it.
   *
   * @param signal Takes the job back if no worker has begun it; one that has goes on, and its result is kept.
   * @throws {UserError} if it failed.
   */
  run(job: PackedJob, options?: JobOptions): Promise<JobResult>;
}

/** Options of a job. */
export interface JobOptions {
  readonly signal?: AbortSignal;
  /** Told that a worker has begun. */
  readonly onBegun?: () => void;
  /** Told of its steps, about one a second. */
  readonly onProgress?: (event: Told) => void;
}

/** Seconds for which the queue keeps jobs that are done; their results stay among the blobs. */
const doneAge = 3600;

/** Seconds for which it keeps those that failed. */
const failedAge = 7 * 86_400;

/** How often files that were lost among the blobs are stored again for a job. */
const storings = 3;

/** A job without an end. */
interface Pending extends JobOptions {
  readonly job: PackedJob;
  readonly end: PromiseWithResolvers<JobResult>;
  stored: number;
  begun: boolean;
}

/**
 * Connects to a queue for one run.
 *
 * @throws {UserError} if queue or blobs cannot be used.
 */
export async function openCoordinator(options: CoordinatorOptions): Promise<Coordinator> {
  const { onNotice = () => {} } = options;
  const timing: Timing = { ...usual, ...options.timing };
  const blobs = await openBlobs(options.blobs);
  await using opening = new AsyncDisposableStack();
  const connection = opening.use(await connect(options.queue));
  if (connection.warning) onNotice({ kind: "warning", message: connection.warning });
  const machine = machineFor(await workersThere(connection), options.settings);
  const name = queueOf(machine);
  const { Queue, QueueEvents } = connection.bullmq;
  const queue = new Queue<JobNote>(name, { connection: connection.redis, prefix, skipVersionCheck });
  const events = new QueueEvents(name, { connection: connection.options, prefix, skipVersionCheck });
  queue.on("error", () => {});
  events.on("error", () => {});
  opening.defer(() => within(farewell, events.close()));
  await events.waitUntilReady();
  await noteQueue(connection, name);

  const pending = new Map<string, Pending>();
  const add = async ({ id, kind, note }: PackedJob) => {
    try {
      await queue.add(kind, note, {
        jobId: id,
        attempts: timing.attempts,
        backoff: { type: "exponential", delay: timing.backoff },
        removeOnComplete: { age: doneAge, count: 1000 },
        removeOnFail: { age: failedAge },
      });
    } catch (error) {
      throw refused(connection.address, error);
    }
  };
  const settle = (id: string, how: (waiting: Pending) => void) => {
    const waiting = pending.get(id);
    if (!waiting) return;
    pending.delete(id);
    how(waiting);
  };
  const done = async (id: string) => {
    if (!pending.has(id)) return;
    const result = await resultOf(blobs, id).catch(() => undefined);
    // A completed job without a result has lost it: the next look sends it again.
    if (result) settle(id, ({ end }) => end.resolve(result));
  };
  const failed = async (id: string, text: string) => {
    const waiting = pending.get(id);
    if (!waiting) return;
    const { job } = waiting;
    if (!isBlobLost(text) || waiting.stored >= storings) {
      return settle(id, ({ end }) => end.reject(failureFrom(text, job.told)));
    }
    waiting.stored++;
    try {
      await job.store();
      await queue.remove(id);
      await add(job);
    } catch (error) {
      settle(id, ({ end }) => end.reject(error));
    }
  };
  const begun = (id: string) => {
    const waiting = pending.get(id);
    if (!waiting || waiting.begun) return;
    waiting.begun = true;
    waiting.onBegun?.();
  };
  events.on("active", ({ jobId }) => begun(jobId));
  events.on("completed", ({ jobId }) => void done(jobId));
  events.on("failed", ({ jobId, failedReason }) => void failed(jobId, failedReason));
  events.on("progress", ({ jobId, data }) => {
    begun(jobId);
    const { job, onProgress } = pending.get(jobId) ?? {};
    const event = data as unknown as Told;
    onProgress?.("message" in event ? { ...event, message: job!.told(event.message) } : event);
  });

  /** Looks after what events did not tell: a server may forget events, or everything. */
  const look = async () => {
    if (pending.size === 0) return;
    const open = new Set(await queue.getRanges(["wait", "active", "delayed", "prioritized"]));
    for (const [id, { job }] of pending) {
      if (open.has(id)) continue;
      const state = await queue.getJobState(id);
      if (state === "completed") await done(id);
      if (state === "failed") await failed(id, (await queue.getJob(id))?.failedReason ?? "it failed\n\nfailed 1");
      const lost = state === "unknown" || state === "completed";
      if (!lost || !pending.has(id)) continue;
      await done(id);
      if (!pending.has(id)) continue;
      await queue.remove(id).catch(() => {});
      await add(job);
    }
  };
  let lonely = false;
  const lookForWorkers = async () => {
    if (pending.size === 0) return;
    const there = await workersThere(connection);
    const alone = !there.some((worker) => agree(worker.machine, machine));
    if (alone && !lonely) onNotice({ kind: "warning", message: lonelyLine(pending.size, machine, there) });
    if (!alone && lonely) onNotice({ kind: "note", message: "a worker is there" });
    lonely = alone;
  };
  let looking = false;
  const timer = setInterval(async () => {
    if (looking) return;
    looking = true;
    try {
      await look();
      await lookForWorkers();
    } catch (error) {
      if (error instanceof UserError) {
        for (const id of [...pending.keys()]) settle(id, ({ end }) => end.reject(error));
      }
    } finally {
      looking = false;
    }
  }, timing.check);
  opening.defer(() => clearInterval(timer));

  const gone = watchService(connection.redis, timing.patience, (message) => onNotice({ kind: "warning", message }));
  opening.defer(() => gone.close());
  gone.lost.catch((error) => {
    for (const id of [...pending.keys()]) settle(id, ({ end }) => end.reject(error));
  });

  const stack = opening.move();
  let first = true;
  return {
    connection,
    blobs,
    machine,
    async run(job, { signal, onBegun, onProgress } = {}) {
      signal?.throwIfAborted();
      const known = pending.get(job.id);
      if (known) return await known.end.promise;
      const there = await resultOf(blobs, job.id);
      if (there) return there;
      const waiting: Pending = {
        job,
        onBegun,
        onProgress,
        end: Promise.withResolvers(),
        stored: 0,
        begun: false,
      };
      waiting.end.promise.catch(() => {});
      pending.set(job.id, waiting);
      const leave = () =>
        settle(job.id, ({ end }) => {
          end.reject(signal!.reason);
        });
      signal?.addEventListener("abort", leave, { once: true });
      try {
        const send = async () => {
          // What failed or lost its result is tried anew.
          const state = await queue.getJobState(job.id);
          if (state === "completed") await done(job.id);
          if (!pending.has(job.id)) return;
          if (state === "failed" || state === "completed") await queue.remove(job.id).catch(() => {});
          if (state === "active") begun(job.id);
          await add(job);
        };
        await Promise.race([send(), waiting.end.promise]);
        if (first) {
          first = false;
          await lookForWorkers();
        }
        return await waiting.end.promise;
      } catch (error) {
        pending.delete(job.id);
        // Unless a worker holds it.
        if (signal?.aborted) await within(farewell, queue.remove(job.id));
        throw error;
      } finally {
        signal?.removeEventListener("abort", leave);
      }
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/**
 * What the workers of a run have to be: what it asks for, and beyond that what most of those are that are there. Without
 * workers it is what this machine would be.
 */
export function machineFor(
  there: readonly Presence[],
  { engine, threads }: Pick<RunSettings, "engine" | "threads">,
): Machine {
  const own = machineOf(engine === "auto" ? "onnx-cpu" : engine, threads || coresHere());
  const fitting = there.map(({ machine }) => machine).filter((machine) =>
    machine.version === own.version && (engine === "auto" || machine.engine === engine) &&
    (threads === 0 || machine.threads === threads)
  );
  const groups = [...Map.groupBy(fitting, queueOf).entries()];
  // Of groups that are equally large, the same one each time.
  const [best] = groups.toSorted(([a, one], [b, other]) => other.length - one.length || (a < b ? -1 : 1));
  return best?.[1][0] ?? own;
}

function lonelyLine(count: number, machine: Machine, there: readonly Presence[]): string {
  const others = [...new Set(there.map((worker) => inWords(worker.machine)))];
  const what = count === 1 ? "1 job waits" : `${count} jobs wait`;
  return `${what} for a worker of ${inWords(machine)}: ${
    others.length > 0 ? `those that are there are ${others.join("; ")}` : "none is there"
  }`;
}
