/** How long a library may work on a file: what is sound takes a part of it. */
const baseMilliseconds = 4000;
const bytesPerMillisecond = 10_000;
/** How much memory it may take beyond the file. */
const baseBytes = 400e6;
const watchEvery = 20;

/** What a worker says: that it is there, then one answer to each request. */
export type Answer<Result> = "ready" | { readonly result: Result } | { readonly error: string };

/** A library that runs apart. */
export interface Contained<Request, Result> extends AsyncDisposable {
  /**
   * Sends a request; its transferred buffers are lost here.
   *
   * @throws {RangeError} with what the library said, or where it took too long or too much memory.
   */
  ask(request: Request, transfer?: Transferable[]): Promise<Result>;
}

/**
 * Starts a library in a worker that is ended as soon as it hangs or eats up memory: files are hostile, and a library is
 * not ours to harden. One request at a time.
 *
 * @param module The worker's module; it answers every message with an {@linkcode Answer}.
 * @param fileBytes Size of the file that it reads, which sets what it may take.
 */
export function contained<Request, Result>(module: URL, fileBytes: number): Contained<Request, Result> {
  const worker = new Worker(module, { type: "module" });
  const mostTime = baseMilliseconds + fileBytes / bytesPerMillisecond;
  const mostMemory = Deno.memoryUsage().rss + baseBytes + 8 * fileBytes;
  // The module itself takes a while to load on a busy machine; that is not the file's fault.
  const ready = Promise.withResolvers<void>();
  let settle: (answer: Exclude<Answer<Result>, "ready">) => void = () => {};
  worker.onmessage = ({ data }: MessageEvent<Answer<Result>>) => data === "ready" ? ready.resolve() : settle(data);
  worker.onerror = (event) => {
    event.preventDefault();
    ready.reject(new RangeError(event.message));
    end(event.message);
  };
  function end(reason: string) {
    worker.terminate();
    settle({ error: reason });
  }
  return {
    async ask(request, transfer = []) {
      await ready.promise;
      const { promise, resolve, reject } = Promise.withResolvers<Result>();
      settle = (answer) => "result" in answer ? resolve(answer.result) : reject(new RangeError(answer.error));
      const deadline = setTimeout(() => end("reading it takes too long: it is damaged"), mostTime);
      const watch = setInterval(() => {
        if (Deno.memoryUsage().rss > mostMemory) end("reading it takes too much memory: it is damaged");
      }, watchEvery);
      try {
        worker.postMessage(request, transfer);
        return await promise;
      } finally {
        clearTimeout(deadline);
        clearInterval(watch);
      }
    },
    [Symbol.asyncDispose]: () => Promise.resolve(worker.terminate()),
  };
}
