import type { RoundHandler } from "../base/rounds.ts";
import type { Blobs } from "./blobs.ts";
import { type Connection, prefix, skipVersionCheck, takingFrom } from "./connection.ts";
import { failureText } from "./failure.ts";
import { type Body, packBody, unpackBody } from "./round_bodies.ts";
import type { Timing } from "./timing.ts";
import { farewell, within } from "./within.ts";

/** A message about a tile, as a job in the queue of its worker. */
export type RoundNote =
  | {
    readonly run: string;
    readonly tile: number;
    /** How often the tile was given to a worker. */
    readonly life: number;
    /** The message's number in this life, from 1: one that comes again is answered as before. */
    readonly number: number;
    readonly body: Body;
  }
  | { readonly run: string; readonly close: true };

/** What a worker answers. */
export type RoundAnswer =
  | { readonly body: Body }
  | { readonly failure: string }
  /** It keeps nothing of the tile any more. */
  | { readonly lost: true };

/** The queue of a worker's own. */
export function tileQueueOf(worker: string): string {
  return `tiles-${worker}`;
}

/** The key that a run's coordinator renews. */
export function leaseOfRun(run: string): string {
  return `${prefix}:run:${run}`;
}

/** A worker's side of rounds. */
export interface RoundServer extends AsyncDisposable {
  /** Answers the message at hand, takes no more, and forgets all tiles. */
  drain(): Promise<void>;
}

/** What a worker keeps of a run. */
interface Kept {
  readonly handler: Promise<RoundHandler>;
  readonly stop: AbortController;
  readonly last: Map<number, { readonly life: number; readonly number: number; readonly answer: RoundAnswer }>;
  /** When its coordinator was there last. */
  seen: number;
}

/** Answers the messages in the queue of one worker, each one once. */
export async function openRoundServer(
  connection: Connection,
  worker: string,
  { open, blobs, timing, onRun }: {
    readonly open: (run: string) => Promise<RoundHandler>;
    readonly blobs: Blobs;
    readonly timing: Timing;
    readonly onRun: (run: string, state: "begun" | "done") => void;
  },
): Promise<RoundServer> {
  const { Worker, Queue } = connection.bullmq;
  const runs = new Map<string, Kept>();
  const forget = async (run: string) => {
    const kept = runs.get(run);
    if (!kept) return;
    runs.delete(run);
    kept.stop.abort();
    if (runs.size === 0) onRun(run, "done");
    await kept.handler.then((handler) => handler[Symbol.asyncDispose]()).catch(() => {});
  };
  const keep = (run: string): Kept => {
    const known = runs.get(run);
    if (known) return known;
    const kept = { handler: open(run), stop: new AbortController(), last: new Map(), seen: performance.now() };
    kept.handler.catch(() => runs.delete(run));
    runs.set(run, kept);
    onRun(run, "begun");
    return kept;
  };
  const answer = async (note: RoundNote): Promise<RoundAnswer | undefined> => {
    if ("close" in note) return void await forget(note.run);
    const { run, tile, life, number } = note;
    const last = runs.get(run)?.last.get(tile);
    if (last?.life === life && last.number === number) return last.answer;
    // It had given the run up, as if its coordinator were dead: an answer without what came before would be wrong.
    if (last?.life !== life && number !== 1) return { lost: true };
    const kept = keep(run);
    let given: RoundAnswer;
    try {
      const message = await unpackBody(note.body, blobs);
      const bytes = await (await kept.handler).answer(tile, message, kept.stop.signal);
      given = { body: await packBody(bytes, blobs, `${run} ${tile} ${life} ${number}`) };
    } catch (error) {
      given = { failure: failureText(error) };
    }
    kept.last.set(tile, { life, number, answer: given });
    return given;
  };
  const queue = new Worker<RoundNote>(tileQueueOf(worker), (job) => answer(job.data), {
    ...takingFrom(connection, timing),
    // It is its own only worker: a pause of the machine loses nothing.
    maxStalledCount: 1_000_000,
    removeOnComplete: { count: 0 },
    removeOnFail: { count: 0 },
  });
  queue.on("error", () => {});
  const look = setInterval(async () => {
    for (const [run, kept] of runs) {
      const there = await connection.redis.exists(leaseOfRun(run)).catch(() => 1);
      if (there) kept.seen = performance.now();
      else if (performance.now() - kept.seen > timing.lock) await forget(run);
    }
  }, timing.check);
  await queue.waitUntilReady();
  let drained: Promise<void> | undefined;
  const drain = () =>
    drained ??= (async () => {
      clearInterval(look);
      await queue.close();
      for (const run of [...runs.keys()]) await forget(run);
      // Nobody else takes messages from this queue.
      const own = new Queue(tileQueueOf(worker), { connection: connection.redis, prefix, skipVersionCheck });
      await own.obliterate({ force: true }).catch(() => {});
    })();
  return {
    drain,
    async [Symbol.asyncDispose]() {
      clearInterval(look);
      await within(farewell, drain());
      await within(farewell, queue.close(true));
    },
  };
}
