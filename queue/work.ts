import { hostname } from "node:os";
import { scratchFolder } from "../base/scratch.ts";
import { openBlobs } from "./blobs.ts";
import { connect, noteQueue, takingFrom } from "./connection.ts";
import type { JobNote } from "./job.ts";
import { type Machine, queueOf } from "./machine.ts";
import { type JobEnd, startPaintingThread } from "./painting_thread.ts";
import { announce, withdraw } from "./presence.ts";
import { type Timing, timing as usual } from "./timing.ts";
import { watchService } from "./service.ts";
import type { Told } from "./told.ts";
import { farewell, within } from "./within.ts";
import type { RoundHandler } from "../base/rounds.ts";
import { openRoundServer } from "./round_server.ts";

/** What a worker tells. */
export type WorkEvent =
  | { readonly kind: "ready"; readonly id: string }
  | { readonly kind: "begun" | "done" | "put back"; readonly job: string; readonly title: string }
  | { readonly kind: "failed"; readonly job: string; readonly title: string; readonly message: string }
  | { readonly kind: "tiles"; readonly run: string; readonly state: "begun" | "done" }
  | { readonly kind: "note" | "warning"; readonly message: string };

/** Options of {@linkcode work}. */
export interface WorkOptions {
  /** Address of the Redis that holds the queue. */
  readonly queue: string;
  /** Address of the blobs. */
  readonly blobs: string;
  /** What this worker is: it takes jobs for this alone. */
  readonly machine: Machine;
  /** Stops: the job at hand ends after its step and goes back, with a checkpoint. */
  readonly signal: AbortSignal;
  readonly onEvent?: (event: WorkEvent) => void;
  /** How long the parts of the queue wait for one another; tests have less patience. */
  readonly timing?: Partial<Timing>;
  /** Opens what answers the messages about the tiles of a run; without it the worker takes no tiles. */
  readonly tiles?: (run: string) => Promise<RoundHandler>;
}

/** Whether a record tells how far a job is: a film's steps are those of one frame. */
function isOfJob(event: Told): boolean {
  return event.kind === "frame" || event.kind === "step" && event.position[0]?.of !== "frame";
}

/** Milliseconds between two records of a job's progress. */
const tellEvery = 1000;

/**
 * Works until the signal comes: takes jobs one by one, and does them.
 *
 * @throws {UserError} if queue or blobs cannot be used, or the queue is gone for longer than `patience`.
 */
export async function work(options: WorkOptions): Promise<void> {
  const { machine, signal, onEvent = () => {}, tiles } = options;
  const timing: Timing = { ...usual, ...options.timing };
  await using stack = new AsyncDisposableStack();
  const connection = stack.use(await connect(options.queue));
  if (connection.warning) onEvent({ kind: "warning", message: connection.warning });
  const { path: folder } = stack.use(await scratchFolder());
  const thread = await startPaintingThread({ machine, blobs: options.blobs, folder });
  stack.defer(() => thread.close());
  const id = `${hostname()}-${Deno.pid}-${crypto.randomUUID().slice(0, 8)}`;
  await noteQueue(connection, queueOf(machine));

  let busy = "";
  const presence = () => ({ id, host: hostname(), machine, busy });
  const renew = () => announce(connection, presence(), timing.lock).catch(() => {});
  await renew();
  const renewing = setInterval(renew, timing.lock / 3);
  stack.defer(() => clearInterval(renewing));

  const gone = watchService(connection.redis, timing.patience, (message) => onEvent({ kind: "warning", message }));
  stack.defer(() => gone.close());

  const { Worker, WaitingError, UnrecoverableError } = connection.bullmq;
  const worker = new Worker<JobNote>(queueOf(machine), async (job, token) => {
    const { title = "" } = job.data;
    const about = { job: job.id ?? "", title };
    busy = `${job.name} ${title}`;
    void renew();
    onEvent({ kind: "begun", ...about });
    let told = 0;
    let telling: Promise<void> = Promise.resolve();
    const onProgress = (event: Told) => {
      if (event.kind === "warning" || event.kind === "note") {
        // Only whoever sent the job knows what a blob is called.
        const message = event.message.replaceAll(/blob [0-9a-f]{64}/g, "a picture");
        onEvent({ kind: event.kind, message: `${title}: ${message}` });
        telling = job.updateProgress(event).catch(() => {});
        return;
      }
      if (!isOfJob(event) || performance.now() - told < tellEvery) return;
      told = performance.now();
      telling = job.updateProgress(event).catch(() => {});
    };
    let end: JobEnd;
    try {
      end = await thread.run(job.data, signal, onProgress);
      await telling;
    } finally {
      busy = "";
      void renew();
    }
    if (end.kind === "done") {
      onEvent({ kind: "done", ...about });
      return end.result;
    }
    if (end.kind === "put back") {
      onEvent({ kind: "put back", ...about });
      await job.moveToWait(token);
      throw new WaitingError();
    }
    onEvent({ kind: "failed", ...about, message: end.text.split("\n")[0] });
    throw end.final ? new UnrecoverableError(end.text) : new Error(end.text);
  }, {
    ...takingFrom(connection, timing),
    maxStalledCount: timing.losses,
  });
  // A connection that is lost is told of once, by the watch.
  worker.on("error", () => {});
  stack.defer(() => within(farewell, worker.close(true)));

  const rounds = tiles &&
    stack.use(
      await openRoundServer(connection, id, {
        open: tiles,
        blobs: await openBlobs(options.blobs),
        timing,
        onRun(run, state) {
          busy = state === "begun" ? "tiles of a picture" : "";
          void renew();
          onEvent({ kind: "tiles", run, state });
          if (state === "begun") void worker.pause(true);
          else worker.resume();
        },
      }),
    );

  await worker.waitUntilReady();
  onEvent({ kind: "ready", id });
  const stopped = Promise.withResolvers<void>();
  if (signal.aborted) stopped.resolve();
  signal.addEventListener("abort", () => stopped.resolve(), { once: true });
  try {
    await Promise.race([stopped.promise, gone.lost]);
    await Promise.race([rounds?.drain(), gone.lost]);
    await Promise.race([worker.close(), gone.lost]);
  } finally {
    await within(farewell, withdraw(connection, id));
  }
}
