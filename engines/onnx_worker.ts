/**
 * The worker behind engines/onnx.ts: the one place that loads ONNX Runtime.
 *
 * @module
 */
import { serve } from "./remote_worker.ts";

/** What a session is made with. */
export interface OnnxSettings {
  /** ONNX Runtime's name of the execution provider; its CPU provider computes what that one cannot. */
  readonly provider: string;
  /** 0 leaves it to ONNX Runtime. */
  readonly threads: number;
}

/** A model, and the shapes of its inputs by name. */
export interface OnnxModel {
  readonly bytes: Uint8Array;
  readonly shapes: Readonly<Record<string, readonly number[]>>;
}

let settings: OnnxSettings;

serve<OnnxSettings, OnnxModel>({
  async open(given) {
    settings = given;
    const { env } = await import("npm:onnxruntime-node@1.30.0");
    // Errors come as exceptions; printed as well they would stain the terminal.
    env.logLevel = "fatal";
  },
  async compile({ bytes, shapes }) {
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
        const tensors = Object.entries(feeds).map(([name, data]) => [name, new Tensor("float32", data, shapes[name])]);
        const results = await session.run(Object.fromEntries(tensors));
        return Object.fromEntries(
          Object.entries(results).map(([name, tensor]) => [name, (tensor.data as Float32Array<ArrayBuffer>).slice()]),
        );
      },
      release: () => session.release(),
    };
  },
});
