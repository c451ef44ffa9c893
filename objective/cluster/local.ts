/**
 * A cluster of this machine alone: the same tiles, the same orders, the same bytes.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { UserError } from "../../base/errors.ts";
import type { RoundHandler, Rounds } from "../../base/rounds.ts";
import { turns } from "../../base/turns.ts";
import type { Blobs, Cluster } from "../../base/cluster.ts";
import type { Scratch } from "../../base/scratch.ts";
import type { Engine } from "../../engines/engine.ts";
import { tileWorker } from "./tile_worker.ts";

/** What this machine is called among its own: nobody else is asked. */
const alone = "this machine";

/**
 * A cluster of this machine alone.
 *
 * @param engine What computes.
 * @param scratch Opens a file for the photograph's features; they stay in memory if absent.
 */
export function localCluster(
  engine: () => Promise<Engine>,
  scratch?: () => Promise<Scratch>,
): Omit<Cluster, "side"> {
  const blobs = blobsInMemory();
  return {
    fingerprint: alone,
    blobs,
    local: true,
    open: async () => roundsWith(tileWorker({ engine: await engine(), blobs, fingerprint: alone, scratch })),
  };
}

/** Blobs in memory. What is put is not copied: its owner changes it no more. */
export function blobsInMemory(): Blobs {
  const kept = new Map<string, Uint8Array>();
  return {
    async put(bytes) {
      const name = createHash("sha256").update(bytes).digest("hex");
      if (!kept.has(name)) kept.set(name, bytes);
      return name;
    },
    async get(name) {
      const bytes = kept.get(name);
      if (!bytes) throw new UserError(`There is no blob ${name}`, { hint: "begin the run anew" });
      return bytes;
    },
    async remove(names) {
      for (const name of names) kept.delete(name);
    },
  };
}

/** Rounds whose tiles all are with one handler. */
export function roundsWith(handler: RoundHandler): Rounds {
  const inTurn = turns();
  const closing = new AbortController();
  return {
    ask: (tile, message, signal) =>
      inTurn(async () => {
        signal?.throwIfAborted();
        closing.signal.throwIfAborted();
        return await handler.answer(tile, message, closing.signal);
      }),
    async close() {
      if (closing.signal.aborted) return;
      closing.abort(new UserError("The rounds are closed", { hint: "they end with their picture" }));
      await inTurn(() => Promise.resolve());
      await handler[Symbol.asyncDispose]();
    },
  };
}
