/**
 * The thread of a worker that paints. Decoding, painting and encoding may keep it busy for many seconds; the main thread
 * renews the hold on the job meanwhile.
 *
 * @module
 */
import { messageOf } from "../base/errors.ts";
import type { Progress } from "../chain/progress.ts";
import { openSession, type Session } from "../session/session.ts";
import { BlobLost, openBlobs } from "./blobs.ts";
import { failureText, isFinal } from "./failure.ts";
import type { JobNote } from "./job.ts";
import { localFiles } from "./local_files.ts";
import type { Machine } from "./machine.ts";
import { type Told, toldOf } from "./told.ts";
import { type JobResult, PutBack, runJob, type Workshop } from "./run_job.ts";

/** What the main thread says. */
export type ToThread =
  | { readonly do: "open"; readonly machine: Machine; readonly blobs: string; readonly folder: string }
  | { readonly do: "run"; readonly note: JobNote }
  /** Ends the job at hand after its step, so that another worker goes on. */
  | { readonly do: "stop" };

/** What the thread says: one `opened`, then progress and one end of each job. */
export type FromThread =
  | { readonly kind: "opened"; readonly error?: string }
  | { readonly kind: "progress"; readonly event: Told }
  | { readonly kind: "done"; readonly result: JobResult }
  | { readonly kind: "put back" }
  /** `final`: another try would fail as well. */
  | { readonly kind: "failed"; readonly text: string; readonly final: boolean };

/** The part of a worker's global scope that is used; TypeScript knows that of a page. */
interface ThreadScope {
  onmessage: (event: MessageEvent<ToThread>) => void;
  postMessage(message: FromThread): void;
}

const scope = globalThis as unknown as ThreadScope;
let workshop: Workshop & { readonly session: Session };
let stop = new AbortController();

async function run(note: JobNote): Promise<FromThread> {
  try {
    const onProgress = (event: Progress) => {
      const told = toldOf(event);
      if (told) scope.postMessage({ kind: "progress", event: told });
    };
    return { kind: "done", result: await runJob(note, workshop, { signal: stop.signal, onProgress }) };
  } catch (error) {
    if (error instanceof PutBack) return { kind: "put back" };
    return { kind: "failed", text: failureText(error), final: isFinal(error) || error instanceof BlobLost };
  }
}

scope.onmessage = async ({ data }) => {
  if (data.do === "stop") return stop.abort();
  if (data.do === "open") {
    try {
      const blobs = await openBlobs(data.blobs);
      const files = localFiles(data.folder, blobs);
      workshop = { machine: data.machine, blobs, folder: data.folder, session: openSession(), files };
      scope.postMessage({ kind: "opened" });
    } catch (error) {
      scope.postMessage({ kind: "opened", error: messageOf(error) });
    }
    return;
  }
  const end = await run(data.note);
  stop = new AbortController();
  scope.postMessage(end);
};
