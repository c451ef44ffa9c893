import type { Call, Reply } from "./server.ts";

/** A worker that answers requests. */
interface WorkerClient<Request, Result> {
  /** Resolves once the worker's module is loaded. */
  readonly ready: Promise<void>;
  /** Whether it was stopped or failed: it answers no more. */
  readonly ended: boolean;
  /**
   * Sends a request; its transferred buffers are lost here.
   *
   * @throws {Error} with the message of what the worker threw, or the reason for which it ended.
   */
  ask(request: Request, transfer?: Transferable[]): Promise<Result>;
  /** Stops the worker; the first reason is that of every request without an answer, and of all later ones. */
  end(reason: Error): void;
}

/** Starts a worker whose module calls `serve` of base/worker/server.ts. An error that it does not catch ends it. */
export function startWorker<Request, Result>(module: URL): WorkerClient<Request, Result> {
  const worker = new Worker(module, { type: "module" });
  const ready = Promise.withResolvers<void>();
  ready.promise.catch(() => {});
  const calls = new Map<number, PromiseWithResolvers<Result>>();
  let count = 0;
  let reasonOfEnd: Error | undefined;

  worker.onmessage = ({ data }: MessageEvent<Reply<Result>>) => {
    if (data === "ready") return ready.resolve();
    const call = calls.get(data.call);
    calls.delete(data.call);
    if ("error" in data) call?.reject(new Error(data.error));
    else call?.resolve(data.result);
  };
  worker.onerror = (event) => {
    event.preventDefault();
    end(new Error(event.message));
  };

  function end(reason: Error): void {
    reasonOfEnd ??= reason;
    worker.terminate();
    ready.reject(reasonOfEnd);
    for (const call of calls.values()) call.reject(reasonOfEnd);
    calls.clear();
  }

  return {
    ready: ready.promise,
    get ended() {
      return reasonOfEnd !== undefined;
    },
    ask(request, transfer = []) {
      if (reasonOfEnd) return Promise.reject(reasonOfEnd);
      const call = Promise.withResolvers<Result>();
      calls.set(count, call);
      worker.postMessage({ call: count++, request } satisfies Call<Request>, transfer);
      return call.promise;
    },
    end,
  };
}
