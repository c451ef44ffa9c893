import { type Rounds, TileMoved } from "../base/rounds.ts";
import { UserError } from "../base/errors.ts";
import { turns } from "../base/turns.ts";
import type { Blob, Blobs } from "./blobs.ts";
import type { Connection } from "./connection.ts";
import { prefix, skipVersionCheck } from "./connection.ts";
import { failureFrom } from "./failure.ts";
import { agree, inWords, type Machine } from "./machine.ts";
import { isThere, workersThere } from "./presence.ts";
import { packBody, unpackBody } from "./round_bodies.ts";
import { leaseOfRun, type RoundAnswer, type RoundNote, tileQueueOf } from "./round_server.ts";
import { type Timing, timing as usual } from "./timing.ts";
import { farewell, within } from "./within.ts";

/** Rounds over a queue. */
export interface QueueRounds extends Rounds {
  /** Bytes of the messages and answers so far. */
  readonly traffic: { readonly sent: number; readonly received: number };
}

/** Options of {@linkcode openRounds}. */
export interface RoundsOptions {
  /** What the workers have to be. */
  readonly machine: Machine;
  readonly blobs: Blobs;
  readonly timing?: Partial<Timing>;
  /** Told what the user should know. */
  readonly onNotice?: (message: string) => void;
}

/** The worker that holds a tile. */
interface Place {
  readonly worker: string;
  readonly life: number;
  messages: number;
}

/** The coordinator's end of one worker's queue. */
interface Line {
  send(id: string, note: RoundNote): Promise<void>;
  /** Whether a message is neither waiting nor being answered. */
  isUnknown(id: string): Promise<boolean>;
  remove(id: string): Promise<void>;
  readonly waits: Map<string, PromiseWithResolvers<RoundAnswer>>;
  close(): Promise<void>;
}

/** Opens rounds over the workers of a queue, for one picture. */
export function openRounds(connection: Connection, options: RoundsOptions): QueueRounds {
  const { machine, blobs, onNotice = () => {} } = options;
  const timing: Timing = { ...usual, ...options.timing };
  const run = crypto.randomUUID();
  const places = new Map<number, Place>();
  const lives = new Map<number, number>();
  const lines = new Map<string, Promise<Line>>();
  const inUse = new Map<string, number>();
  const turnsOf = new Map<number, ReturnType<typeof turns>>();
  const traffic = { sent: 0, received: 0 };
  const closing = new AbortController();
  let choosing: Promise<unknown> = Promise.resolve();

  const renew = () => connection.redis.set(leaseOfRun(run), "1", "PX", timing.lock).catch(() => {});
  void renew();
  const renewing = setInterval(renew, timing.lock / 3);

  const openLine = async (worker: string): Promise<Line> => {
    const { Queue, QueueEvents } = connection.bullmq;
    const queue = new Queue<RoundNote>(tileQueueOf(worker), { connection: connection.redis, prefix, skipVersionCheck });
    const events = new QueueEvents(tileQueueOf(worker), { connection: connection.options, prefix, skipVersionCheck });
    queue.on("error", () => {});
    events.on("error", () => {});
    const waits: Line["waits"] = new Map();
    events.on(
      "completed",
      ({ jobId, returnvalue }) => waits.get(jobId)?.resolve(returnvalue as unknown as RoundAnswer),
    );
    events.on(
      "failed",
      ({ jobId, failedReason }) => waits.get(jobId)?.resolve({ failure: `${failedReason}\n\nfailed 1` }),
    );
    await events.waitUntilReady();
    return {
      waits,
      send: async (jobId, note) => {
        await queue.add("tile", note, { jobId, removeOnComplete: true, removeOnFail: true });
      },
      isUnknown: async (id) => await queue.getJobState(id) === "unknown",
      remove: async (id) => void await queue.remove(id).catch(() => 0),
      async close() {
        await events.close();
      },
    };
  };
  const lineTo = (worker: string) => {
    const line = lines.get(worker) ?? openLine(worker);
    lines.set(worker, line);
    return line;
  };

  /** Picks the worker with the fewest tiles; waits for one if none is there. One pick at a time. */
  const pick = async (tile: number, signal: AbortSignal): Promise<Place> => {
    for (let told = false;;) {
      signal.throwIfAborted();
      const there = (await workersThere(connection)).filter((each) => agree(each.machine, machine));
      const held = Map.groupBy(places.values(), ({ worker }) => worker);
      const [worker] = there.toSorted((a, b) => (held.get(a.id)?.length ?? 0) - (held.get(b.id)?.length ?? 0));
      if (worker) {
        const life = (lives.get(tile) ?? 0) + 1;
        lives.set(tile, life);
        const place = { worker: worker.id, life, messages: 0 };
        places.set(tile, place);
        return place;
      }
      if (!told) onNotice(`no worker is there for ${inWords(machine)}: the picture waits for one`);
      told = true;
      await pause(Math.min(1000, timing.check), signal);
    }
  };
  const placeOf = (tile: number, signal: AbortSignal): Promise<Place> => {
    const picked = choosing.then(() => places.get(tile) ?? pick(tile, signal));
    choosing = picked.catch(() => {});
    return picked;
  };

  const use = ({ sha256 }: Blob, count: number) => {
    const left = (inUse.get(sha256) ?? 0) + count;
    if (left > 0) inUse.set(sha256, left);
    else inUse.delete(sha256);
    return left;
  };

  const ask = async (tile: number, message: Uint8Array, signal: AbortSignal): Promise<Uint8Array> => {
    signal.throwIfAborted();
    const place = await placeOf(tile, signal);
    const line = await lineTo(place.worker);
    const number = ++place.messages;
    const id = `${run}-${tile}-${place.life}-${number}`;
    const body = await packBody(message, blobs, run);
    if ("blob" in body) use(body.blob, 1);
    traffic.sent += message.length;
    const note: RoundNote = { run, tile, life: place.life, number, body };
    const wait = Promise.withResolvers<RoundAnswer>();
    line.waits.set(id, wait);
    const stop = () => wait.reject(signal.reason);
    signal.addEventListener("abort", stop);
    const isLost = async () => {
      if (await isThere(connection, place.worker)) return false;
      // One that lives says so within a third of the lock, even if the server forgot everything.
      await pause(timing.lock / 2, signal);
      return !await isThere(connection, place.worker);
    };
    let watching = true;
    const watch = async () => {
      while (watching) {
        await pause(timing.check, signal);
        if (!watching) return;
        if (await isLost()) return wait.reject(new TileMoved(tile));
        if (watching && await line.isUnknown(id) && watching) await line.send(id, note);
      }
    };
    try {
      await line.send(id, note);
      watch().catch((error) => wait.reject(error));
      const answer = await wait.promise;
      if ("lost" in answer) throw new TileMoved(tile);
      if ("failure" in answer) throw failureFrom(answer.failure);
      const bytes = await unpackBody(answer.body, blobs);
      if ("blob" in answer.body) await blobs.drop(answer.body.blob).catch(() => {});
      traffic.received += bytes.length;
      return bytes;
    } catch (error) {
      if (error instanceof TileMoved) {
        if (places.get(tile) === place) places.delete(tile);
        await line.remove(id);
      }
      throw error;
    } finally {
      watching = false;
      signal.removeEventListener("abort", stop);
      line.waits.delete(id);
      if ("blob" in body && use(body.blob, -1) <= 0) await blobs.drop(body.blob).catch(() => {});
    }
  };

  return {
    traffic,
    ask(tile, message, given) {
      const signal = given ? AbortSignal.any([given, closing.signal]) : closing.signal;
      const inTurn = turnsOf.get(tile) ?? turns();
      turnsOf.set(tile, inTurn);
      return inTurn(() => ask(tile, message, signal));
    },
    async close() {
      if (closing.signal.aborted) return;
      closing.abort(new UserError("The rounds are closed", { hint: "they end with their picture" }));
      clearInterval(renewing);
      await within(farewell, connection.redis.del(leaseOfRun(run)));
      const leave = async (line: Promise<Line>) => {
        const open = await line;
        await open.send(`${run}-close`, { run, close: true });
        await open.close();
      };
      await Promise.all([...lines.values()].map((line) => within(farewell, leave(line))));
    },
  };
}

/** Waits for a while, or until the signal. */
async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, milliseconds);
  const stop = () => reject(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  try {
    await promise;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
  }
}
