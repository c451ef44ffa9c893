import { messageOf, UserError } from "../../base/errors.ts";
import { type Device, type EngineKind, inWords, othersHint } from "../engine.ts";
import { type FlatGraph, flatten } from "../../graph/flat.ts";
import { startRemote } from "../worker/client.ts";
import type { TensorFlowSettings } from "./worker.ts";

/** TensorFlow.js: its native library if it is installed, else plain JavaScript. */
export const tensorflowKind: EngineKind = {
  name: "tensorflow",
  async open({ threads = 0, onNotice }) {
    const remote = startRemote<TensorFlowSettings, FlatGraph>(new URL("./worker.ts", import.meta.url));
    try {
      const device = await remote.open({ environment: environmentFor(threads) }) as Device;
      onNotice?.({ kind: device.remark ? "warning" : "note", message: `tensorflow runs on ${inWords(device)}` });
      return {
        name: "tensorflow",
        device,
        compile: async (graph) => await remote.compile(graph, flatten(graph)),
        [Symbol.asyncDispose]: async () => remote[Symbol.dispose](),
      };
    } catch (error) {
      remote[Symbol.dispose]();
      throw new UserError(`Cannot use tensorflow: ${messageOf(error)}`, {
        hint: othersHint,
        code: "engine-unavailable",
        cause: error,
      });
    }
  },
};

/**
 * Environment variables for TensorFlow's native library: errors only, and the number of threads, its own choice if
 * that is 0. With oneDNN it would print two lines, and take a fifth more processor time (bench/evaluation.ts at 512).
 */
function environmentFor(threads: number): Record<string, string> {
  const quiet = { TF_CPP_MIN_LOG_LEVEL: "2", TF_ENABLE_ONEDNN_OPTS: "0" };
  return threads === 0 ? quiet : { ...quiet, TF_NUM_INTRAOP_THREADS: String(threads) };
}
