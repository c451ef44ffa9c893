/**
 * The worker of engines/onnx/engine.ts: the only module that loads ONNX Runtime.
 *
 * @module
 */
import { sizeOf } from "../../graph/mod.ts";
import { inputName, outputName } from "./lowering.ts";
import { giveBack } from "../../base/memory.ts";
import { serveBackend } from "../worker/server.ts";

/** The settings of a session. */
export interface OnnxSettings {
  /** ONNX Runtime's name of the execution provider; its CPU provider computes what this one cannot. */
  readonly provider: string;
  /** Number of threads; 0 leaves it to ONNX Runtime. */
  readonly threads: number;
}

/** A model, and the shapes of its inputs and results by their names in the graph. */
export interface OnnxModel {
  readonly bytes: Uint8Array;
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  readonly results: Readonly<Record<string, readonly number[]>>;
}

/** Someone else's model, the names of its input and its output, and the shape of a picture. */
export interface OnnxPictureModel {
  readonly bytes: Uint8Array;
  readonly picture: { readonly input: string; readonly output: string; readonly shape: readonly number[] };
}

let settings: OnnxSettings;

serveBackend<OnnxSettings, OnnxModel | OnnxPictureModel>({
  async open(given) {
    settings = given;
    const { env } = await import("npm:onnxruntime-node@1.30.0");
    // Errors come as exceptions; ONNX Runtime need not print them as well.
    env.logLevel = "fatal";
  },
  async compile(model) {
    const { InferenceSession, Tensor } = await import("npm:onnxruntime-node@1.30.0");
    const session = await InferenceSession.create(model.bytes, {
      executionProviders: [settings.provider],
      graphOptimizationLevel: "all",
      // Planning all memory beforehand takes half as much memory again, and saves no time.
      enableMemPattern: false,
      intraOpNumThreads: settings.threads,
      // Threads spin while they wait for a task, but not after the end of a run: there they would take the cores from
      // the optimiser's own arithmetic.
      extra: { session: { force_spinning_stop: "1" } },
      logSeverityLevel: 4,
    });
    if ("picture" in model) {
      const { input, output, shape } = model.picture;
      return {
        async run({ picture }) {
          const made = (await session.run({ [input]: new Tensor("float32", picture, shape) }, [output]))[output];
          giveBack(picture);
          const [count, channels, height, width] = made.dims;
          if (made.type !== "float32" || made.dims.length !== 4 || count !== 1 || channels !== 3) {
            throw new Error(`its result is ${made.type} [${made.dims}], not float32 [1,3,H,W]`);
          }
          return { picture: new Float32Array(made.data as Float32Array), size: Float32Array.of(height, width) };
        },
        release: () => session.release(),
      };
    }
    const { shapes, results } = model;
    return {
      async run(feeds) {
        const tensors = Object.entries(feeds).map(([name, data]) => [
          inputName(name),
          new Tensor("float32", data, shapes[name]),
        ]);
        // ONNX Runtime's own arrays lie outside the heap: the garbage collector does not know how large they are.
        const into = Object.entries(results).map(([name, shape]) => [name, new Float32Array(sizeOf(shape))] as const);
        const fetches = into.map(([name, data]) => [outputName(name), new Tensor("float32", data, results[name])]);
        await session.run(Object.fromEntries(tensors), Object.fromEntries(fetches));
        // They are copies of what the main thread has.
        Object.values(feeds).forEach(giveBack);
        return Object.fromEntries(into);
      },
      release: () => session.release(),
    };
  },
});
