/**
 * Clusters in one process, for tests: workers as they are, and a transport that can do what networks do.
 *
 * @module
 */
import type { Blobs, Cluster } from "../../../base/cluster.ts";
import { type RoundHandler, type Rounds, TileMoved } from "../../../base/rounds.ts";
import { turns } from "../../../base/turns.ts";
import type { Engine } from "../../../engines/engine.ts";
import { blobsInMemory } from "../../../objective/cluster/local.ts";
import { decode } from "../../../objective/cluster/message.ts";
import type { Order } from "../../../objective/cluster/orders.ts";
import { tileWorker } from "../../../objective/cluster/tile_worker.ts";

/** Workers in this process, and what happens between them and the coordinator. */
export interface World {
  readonly cluster: Cluster;
  readonly blobs: Blobs;
  /** Bytes of all messages and answers. */
  readonly traffic: { sent: number; received: number; messages: number };
}

/** What happens to messages. */
export interface Weather {
  /** The worker that a tile goes to, by the number of lives that the tile has had. */
  readonly pick?: (tile: number, life: number) => number;
  /** Whether the worker dies at a message instead of answering it; messages are counted over all tiles. */
  readonly dies?: (message: number, tile: number, worker: number) => boolean;
  /** Waits for a number of turns of the event loop before a message is handled. */
  readonly delay?: (message: number) => number;
  /** Called before a message is handled. */
  readonly before?: (message: number, tile: number, orders: readonly string[]) => void;
}

export const fingerprint = "impasto test, reference, threads 1";

/** A cluster of workers in this process. */
export function world(
  count: number,
  side: number,
  engine: Engine,
  { pick = (tile) => tile % count, dies = () => false, delay = () => 0, before = () => {} }: Weather = {},
  theirs = fingerprint,
): World {
  const blobs = blobsInMemory();
  const traffic = { sent: 0, received: 0, messages: 0 };
  const open = (): Promise<Rounds> => {
    const fresh = () => ({ handler: tileWorker({ engine, blobs, fingerprint: theirs }), inTurn: turns() });
    const workers: { handler: RoundHandler; inTurn: ReturnType<typeof turns> }[] = Array.from({ length: count }, fresh);
    /** The worker that holds each tile, in which of its lives. */
    const places = new Map<number, { readonly worker: number; readonly handler: RoundHandler }>();
    const lives = new Map<number, number>();
    const closing = new AbortController();
    return Promise.resolve({
      async ask(tile, message, signal) {
        signal?.throwIfAborted();
        const life = lives.get(tile) ?? 0;
        const number = pick(tile, life) % count;
        const place = places.get(tile) ?? { worker: number, handler: workers[number].handler };
        places.set(tile, place);
        const { worker } = place;
        const gone = () => {
          places.delete(tile);
          lives.set(tile, life + 1);
          return new TileMoved(tile);
        };
        if (workers[worker].handler !== place.handler) throw gone();
        const index = traffic.messages++;
        traffic.sent += message.length;
        for (let turn = delay(index); turn > 0; turn--) await new Promise((resolve) => setTimeout(resolve));
        const answer = workers[worker].inTurn(async () => {
          before(index, tile, decode<readonly Order[]>(message).map((order) => order.do));
          if (dies(index, tile, worker)) {
            workers[worker] = fresh();
            throw gone();
          }
          return await place.handler.answer(tile, message, closing.signal);
        });
        const aborted = Promise.withResolvers<never>();
        const stop = () => aborted.reject(signal!.reason);
        signal?.addEventListener("abort", stop);
        try {
          const bytes = await Promise.race([answer, aborted.promise]);
          traffic.received += bytes.length;
          return bytes;
        } finally {
          signal?.removeEventListener("abort", stop);
          answer.catch(() => {});
        }
      },
      async close() {
        closing.abort();
        for (const { handler } of workers) await handler[Symbol.asyncDispose]();
      },
    });
  };
  return { cluster: { side, fingerprint, blobs, local: false, open }, blobs, traffic };
}
