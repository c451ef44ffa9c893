/**
 * A worker in a process of its own, for tests: `queue_worker.ts '{ "queue": …, "blobs": … }'`. It prints its events, and
 * dies where it is told to.
 *
 * @module
 */
import { machineOf } from "../../queue/machine.ts";
import { work, type WorkEvent } from "../../queue/work.ts";
import { tilesOf } from "../../queue/tiles.ts";
import type { Timing } from "../../queue/timing.ts";

/** What such a worker is told. */
export interface WorkerTold {
  readonly queue: string;
  readonly blobs: string;
  readonly timing: Partial<Timing>;
  /** Kills itself at the n-th event of a kind, or at each about a title. */
  readonly die?: { readonly at: WorkEvent["kind"]; readonly title?: string; readonly count?: number };
}

if (import.meta.main) {
  const { die, ...told } = JSON.parse(Deno.args[0]) as WorkerTold;
  const stop = new AbortController();
  Deno.addSignalListener("SIGINT", () => stop.abort());
  let count = 0;
  await work({
    ...told,
    machine: machineOf("onnx-cpu", 1),
    signal: stop.signal,
    tiles: () => tilesOf(machineOf("onnx-cpu", 1), told.blobs),
    onEvent(event) {
      console.log(JSON.stringify(event));
      if (event.kind !== die?.at) return;
      if (die.title !== undefined && !("title" in event && event.title === die.title)) return;
      if (++count === (die.count ?? 1)) Deno.kill(Deno.pid, "SIGKILL");
    },
  });
  Deno.exit(0);
}
