import process from "node:process";
import { messageOf } from "../../base/errors.ts";
import { turns } from "../../base/turns.ts";
import { startWorker } from "../../base/worker/client.ts";

/** The time and memory that a library may take for all requests together. */
interface Allowance {
  /** Processor time, since a busy machine is not the file's fault. */
  readonly milliseconds: number;
  /** Memory beyond what the program has when it starts. */
  readonly bytes: number;
}

/**
 * The allowance for a file, ample for a sound one: the program imports 75 MB of compressed HDF5, the slowest kind, in
 * 360 MB altogether (`deno run -A bench/import.ts --file FILE`).
 */
function allowanceFor(fileBytes: number): Allowance {
  return { milliseconds: 2000 + fileBytes / 10_000, bytes: 400e6 + 8 * fileBytes };
}

const watchEvery = 20;

/** A library that runs in a worker, under watch. */
interface Contained<Request, Result> extends AsyncDisposable {
  /**
   * Sends a request as soon as those before it are answered; its transferred buffers are lost here.
   *
   * @throws {RangeError} with the library's error, or if it took too much time or memory, or was ended before.
   */
  ask(request: Request, transfer?: Transferable[]): Promise<Result>;
}

/**
 * Starts a library in a worker that is ended as soon as it takes too much time or memory: files may be hostile, and
 * libraries trust them.
 *
 * @param module The worker's module, which calls `serve` of base/worker/server.ts.
 * @param fileBytes Size of the file that it reads, which sets the allowance.
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
    // Loading the module does not count.
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
