import { UserError } from "../../base/errors.ts";
import { startWorker } from "../../base/worker/client.ts";
import { readable } from "../../base/worker/readable.ts";
import type { Flow } from "./flow.ts";
import { brightnessOf, checkSameSize, type Frame } from "./frame.ts";
import { checkOptions, type FlowOptions } from "./optical_flow.ts";
import type { FlowRequest } from "./worker.ts";

/** The flows between two frames. */
export interface FlowPair {
  /** From the first frame to the second. */
  readonly forward: Flow;
  /** From the second frame to the first. */
  readonly backward: Flow;
}

/** Two workers that find flows: one forwards, one backwards. */
export interface FlowWorkers extends Disposable {
  /**
   * Finds the flows between two frames, on two cores at once. Calls are answered in their order.
   *
   * @throws {UserError} if the frames differ in size, an option is out of its range, or the workers are closed.
   */
  flows(first: Frame, second: Frame, options?: FlowOptions): Promise<FlowPair>;
  /** Stops the workers; what they have not answered is rejected. */
  close(): void;
}

/**
 * Starts two workers for optical flow; the thread that asks stays free. They keep a process alive until they are closed.
 *
 * @throws {Deno.errors.NotCapable} without the permission to read the module's own files.
 */
export function openFlows(): FlowWorkers {
  const module = readable(new URL("./worker.ts", import.meta.url));
  const [forwards, backwards] = [0, 1].map(() => startWorker<FlowRequest, Flow>(module));
  const close = () => {
    const reason = new UserError("The workers for optical flow were closed", { code: "session-closed" });
    forwards.end(reason);
    backwards.end(reason);
  };
  return {
    async flows(first, second, options = {}) {
      checkSameSize(first, second, "frames");
      checkOptions(options);
      const size = { width: first.width, height: first.height };
      const [a, b] = [brightnessOf(first), brightnessOf(second)];
      const ask = (worker: typeof forwards, from: Float32Array, to: Float32Array) =>
        worker.ask({ from, to, size, options });
      const [forward, backward] = await Promise.all([ask(forwards, a, b), ask(backwards, b, a)]);
      return { forward, backward };
    },
    close,
    [Symbol.dispose]: close,
  };
}
