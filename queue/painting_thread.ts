import type { JobNote } from "./job.ts";
import type { Machine } from "./machine.ts";
import type { FromThread, ToThread } from "./thread.ts";
import type { Told } from "./told.ts";

/** How a job ended. */
export type JobEnd = Extract<FromThread, { kind: "done" | "put back" | "failed" }>;

/** The thread that paints. */
export interface PaintingThread {
  /**
   * Does a job. A thread that dies over it is replaced for the next one.
   *
   * @param signal Ends it after the step at hand.
   */
  run(note: JobNote, signal: AbortSignal, onProgress: (event: Told) => void): Promise<JobEnd>;
  /** Ends the thread at once. */
  close(): void;
}

/**
 * Starts the thread.
 *
 * @param settings Where the blobs are, a folder of its own, and what it is.
 * @throws {Error} if it cannot use the blobs.
 */
export async function startPaintingThread(
  settings: { readonly machine: Machine; readonly blobs: string; readonly folder: string },
): Promise<PaintingThread> {
  let thread = await open();

  async function open(): Promise<Worker> {
    const thread = new Worker(new URL("./thread.ts", import.meta.url), { type: "module" });
    const { promise, resolve, reject } = Promise.withResolvers<Worker>();
    thread.onerror = (event) => {
      event.preventDefault();
      reject(new Error(event.message));
    };
    thread.onmessage = ({ data }: MessageEvent<FromThread>) => {
      if (data.kind === "opened" && data.error === undefined) resolve(thread);
      else if (data.kind === "opened") reject(new Error(data.error));
    };
    thread.postMessage({ do: "open", ...settings } satisfies ToThread);
    return await promise.catch((error) => {
      thread.terminate();
      throw error;
    });
  }

  return {
    async run(note, signal, onProgress) {
      const { promise, resolve } = Promise.withResolvers<JobEnd>();
      const stop = () => thread.postMessage({ do: "stop" } satisfies ToThread);
      let died = false;
      thread.onmessage = ({ data }: MessageEvent<FromThread>) => {
        if (data.kind === "progress") onProgress(data.event);
        else if (data.kind !== "opened") resolve(data);
      };
      thread.onerror = (event) => {
        event.preventDefault();
        died = true;
        resolve({ kind: "failed", text: `${event.message.replaceAll("\n", "; ")}\n\nfailed 1`, final: false });
      };
      thread.postMessage({ do: "run", note } satisfies ToThread);
      if (signal.aborted) stop();
      signal.addEventListener("abort", stop);
      try {
        return await promise;
      } finally {
        signal.removeEventListener("abort", stop);
        if (died) {
          thread.terminate();
          thread = await open();
        }
      }
    },
    close: () => thread.terminate(),
  };
}
