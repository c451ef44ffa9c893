/**
 * The worker behind engines/onnx/engine.ts: the one place that loads ONNX Runtime.
 *
 * @module
 */
import { sizeOf } from "../../graph/mod.ts";
import { inputName, outputName } from "./lowering.ts";
import { serveBackend } from "../worker/server.ts";

/** What a session is made with. */
export interface OnnxSettings {
  /** ONNX Runtime's name of the execution provider; its CPU provider computes what that one cannot. */
  readonly provider: string;
  /** 0 leaves it to ONNX Runtime. */
  readonly threads: number;
}

/** A model, and the shapes of its inputs and of its results by their names in the graph. */
export interface OnnxModel {
  readonly bytes: Uint8Array;
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  readonly results: Readonly<Record<string, readonly number[]>>;
}

let settings: OnnxSettings;

serveBackend<OnnxSettings, OnnxModel>({
  async open(given) {
    settings = given;
    const { env } = await import("npm:onnxruntime-node@1.30.0");
    // Errors come as exceptions; printed as well they would stain the terminal.
    env.logLevel = "fatal";
  },
  async compile({ bytes, shapes, results }) {
    const { InferenceSession, Tensor } = await import("npm:onnxruntime-node@1.30.0");
    const session = await InferenceSession.create(bytes, {
      executionProviders: [settings.provider],
      graphOptimizationLevel: "all",
      // A plan of all memory beforehand takes half as much again, and no less time.
      enableMemPattern: false,
      intraOpNumThreads: settings.threads,
      // Threads wait for their next task in a loop while a run lasts, but not beyond its end: there they would take the
      // cores from the optimiser's own arithmetic.
      extra: { session: { force_spinning_stop: "1" } },
      logSeverityLevel: 4,
    });
    return {
      async run(feeds) {
        const tensors = Object.entries(feeds).map(([name, data]) => [
          inputName(name),
          new Tensor("float32", data, shapes[name]),
        ]);
        // ONNX Runtime's own arrays lie outside the heap, where no garbage collector knows how large they are.
        const into = Object.entries(results).map(([name, shape]) => [name, new Float32Array(sizeOf(shape))] as const);
        const fetches = into.map(([name, data]) => [outputName(name), new Tensor("float32", data, results[name])]);
        await session.run(Object.fromEntries(tensors), Object.fromEntries(fetches));
        return Object.fromEntries(into);
      },
      release: () => session.release(),
    };
  },
});
