/**
 * A large picture by the workers of a queue: its tiles by rounds, and what is large by the blobs.
 *
 * @module
 */
import type { Blobs as TileBlobs, Cluster } from "../base/cluster.ts";
import { messageOf, UserError } from "../base/errors.ts";
import type { RoundHandler } from "../base/rounds.ts";
import { scratchIn } from "../base/scratch.ts";
import { openEngine } from "../engines/mod.ts";
import { tileWorker } from "../objective/cluster/tile_worker.ts";
import { BlobLost, type Blobs, isBlob, openBlobs } from "./blobs.ts";
import type { Coordinator } from "./coordinator.ts";
import { inWords, type Machine } from "./machine.ts";
import { openRounds, type QueueRounds, type RoundsOptions } from "./rounds.ts";

/** The workers of a queue as what paints tiles. */
export interface QueueCluster extends Omit<Cluster, "side"> {
  /** Bytes of the messages and answers of all pictures so far. */
  readonly traffic: { readonly sent: number; readonly received: number };
}

/** The workers of a coordinator's queue, for the tiles of one picture after the other. */
export function clusterBy(
  { connection, blobs, machine }: Pick<Coordinator, "connection" | "blobs" | "machine">,
  options: Pick<RoundsOptions, "timing" | "onNotice"> = {},
): QueueCluster {
  const opened: QueueRounds[] = [];
  const sum = (key: "sent" | "received") => opened.reduce((total, { traffic }) => total + traffic[key], 0);
  return {
    fingerprint: inWords(machine),
    blobs: tileBlobs(blobs),
    local: false,
    async open() {
      const rounds = openRounds(connection, { ...options, machine, blobs });
      opened.push(rounds);
      return await Promise.resolve(rounds);
    },
    get traffic() {
      return { sent: sum("sent"), received: sum("received") };
    },
  };
}

/** Opens what a worker keeps of the tiles of one picture, with an engine of its own that is closed with them. */
export async function tilesOf(machine: Machine, address: string): Promise<RoundHandler> {
  const blobs = tileBlobs(await openBlobs(address));
  const { engine: name, threads } = machine;
  const engine = await openEngine(name, { threads });
  const handler = tileWorker({ engine, blobs, fingerprint: inWords(machine), scratch: scratchIn() });
  return {
    answer: handler.answer,
    async [Symbol.asyncDispose]() {
      await handler[Symbol.asyncDispose]();
      await engine[Symbol.asyncDispose]();
    },
  };
}

/** Blobs under names in one word. */
export function tileBlobs(blobs: Blobs): TileBlobs {
  const nameOf = ({ sha256, bytes }: { readonly sha256: string; readonly bytes: number }) => `${sha256}-${bytes}`;
  const blobOf = (name: string) => {
    const [sha256, bytes] = name.split("-");
    const blob = { sha256, bytes: Number(bytes) };
    if (!isBlob(blob)) throw new UserError(`${name} is the name of no blob`, { hint: "begin the run anew" });
    return blob;
  };
  return {
    put: async (bytes) => nameOf(await blobs.put(bytes as Uint8Array<ArrayBuffer>)),
    async get(name) {
      try {
        return await blobs.get(blobOf(name));
      } catch (error) {
        if (!(error instanceof BlobLost)) throw error;
        throw new UserError(`A part of the picture is lost: ${messageOf(error)}`, {
          hint: "begin the run anew, without `resume`",
          cause: error,
        });
      }
    },
    async remove(names) {
      for (const name of names) await blobs.drop(blobOf(name)).catch(() => {});
    },
  };
}
