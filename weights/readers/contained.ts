import process from "node:process";
import { messageOf } from "../../base/errors.ts";
import { turns } from "../../base/turns.ts";
import { startWorker } from "../../base/worker/client.ts";

/** What a library may take for all requests together. */
interface Allowance {
  /** Time of the processor, since a busy machine is not the file's fault. */
  readonly milliseconds: number;
  /** Memory beyond what the program has when it starts. */
  readonly bytes: number;
}

/**
 * What is ample for a sound file: the program imports 75 MB of compressed HDF5, the slowest kind, in 360 MB altogether
 * (`deno run -A bench/import.ts --file FILE`).
 */
function allowanceFor(fileBytes: number): Allowance {
  return { milliseconds: 2000 + fileBytes / 10_000, bytes: 400e6 + 8 * fileBytes };
}

const watchEvery = 20;

/** A library that runs apart. */
interface Contained<Request, Result> extends AsyncDisposable {
  /**
   * Sends a request as soon as those before it are answered; its transferred buffers are lost here.
   *
   * @throws {RangeError} with what the library said, or if it took too long or too much memory, or is ended by now.
   */
  ask(request: Request, transfer?: Transferable[]): Promise<Result>;
}

/**
 * Starts a library in a worker that is ended as soon as it hangs or eats up memory: files are hostile, and a library is
 * not ours to harden.
 *
 * @param module The worker's module, which calls `serve` of base/worker/server.ts.
 * @param fileBytes Size of the file that it reads, which sets what it may take.
 */
export function contained<Request, Result>(
  module: URL,
  fileBytes: number,
  allowance: Allowance = allowanceFor(fileBytes),
): Contained<Request, Result> {
  const worker = startWorker<Request, Result>(module);
  const mostMemory = Deno.memoryUsage().rss + allowance.bytes;
  let spent = 0;
  async function answerTo(request: Request, transfer: Transferable[]): Promise<Result> {
    // The module itself takes a while to load.
    await worker.ready;
    const start = process.cpuUsage();
    const now = () => {
      const { user, system } = process.cpuUsage(start);
      return spent + (user + system) / 1000;
    };
    const watch = setInterval(() => {
      if (now() > allowance.milliseconds) worker.end(new Error("reading it takes too long: it is damaged"));
      if (Deno.memoryUsage().rss > mostMemory) worker.end(new Error("reading it takes too much memory: it is damaged"));
    }, watchEvery);
    try {
      return await worker.ask(request, transfer);
    } finally {
      clearInterval(watch);
      spent = now();
    }
  }
  const inTurn = turns();
  return {
    ask: (request, transfer = []) =>
      inTurn(() => answerTo(request, transfer)).catch((error) => {
        throw new RangeError(messageOf(error), { cause: error });
      }),
    [Symbol.asyncDispose]: () => Promise.resolve(worker.end(new Error("it is closed"))),
  };
}
