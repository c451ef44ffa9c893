import { fileURLToPath } from "node:url";
import { type Graph, type Node, sizeOf, topologicalOrder } from "../graph/mod.ts";
import type { Engine, EngineOptions, Program } from "./engine.ts";
import { toOnnx } from "./onnx_lowering.ts";
import type { Reply, Request } from "./onnx_worker.ts";

type Results = Record<string, Float32Array>;

/**
 * ONNX Runtime on the CPU. It runs in a worker: a run blocks its thread for the whole evaluation, and the main thread
 * has a progress bar to draw and Ctrl-C to hear.
 */
export function onnxEngine(options: EngineOptions = {}): Engine {
  const worker = new Worker(readable(new URL("./onnx_worker.ts", import.meta.url)), { type: "module" });
  const calls = new Map<number, PromiseWithResolvers<Results>>();
  let count = 0;

  worker.onmessage = ({ data }: MessageEvent<Reply>) => {
    const call = calls.get(data.call);
    calls.delete(data.call);
    if ("error" in data) call?.reject(new Error(data.error));
    else call?.resolve(data.results);
  };
  worker.onerror = (event) => {
    event.preventDefault();
    for (const call of calls.values()) call.reject(new Error(event.message));
    calls.clear();
  };

  function ask(request: Request, transfer: Transferable[] = []): Promise<Results> {
    const call = Promise.withResolvers<Results>();
    calls.set(count, call);
    worker.postMessage({ ...request, call: count++ }, transfer);
    return call.promise;
  }

  async function compile(graph: Graph): Promise<Program> {
    const inputs = topologicalOrder(Object.values(graph.outputs)).flatMap((node) => node.op === "input" ? [node] : []);
    const model = toOnnx(graph);
    const session = ++count;
    await ask(
      { do: "compile", session, model, threads: threadsFor(options) },
      [model.buffer],
    );
    return {
      run: async (feeds) => {
        const checked = Object.fromEntries(inputs.map((node) => [node.attributes.name, feedFor(node, feeds)]));
        return await ask({ do: "run", session, feeds: checked });
      },
      async [Symbol.asyncDispose]() {
        await ask({ do: "release", session });
      },
    };
  }

  return {
    name: "onnx-cpu",
    compile,
    async [Symbol.asyncDispose]() {
      worker.terminate();
    },
  };
}

/** Asks for the permission beforehand: a worker that lacks it would print a complaint of its own beside the error. */
function readable(code: URL): URL {
  if (code.protocol !== "file:" || Deno.permissions.requestSync({ name: "read", path: code }).state === "granted") {
    return code;
  }
  throw new Deno.errors.NotCapable(
    `Requires read access to "${fileURLToPath(code)}", run again with the --allow-read flag`,
  );
}

/**
 * Threads to ask ONNX Runtime for; 0 leaves it to count the physical cores, and to pin a thread to each. On one or two
 * cores pinning costs 4 % (bench/evaluation.ts), as this program has a thread of its own beside them.
 */
function threadsFor({ threads = 0 }: EngineOptions): number {
  const cores = navigator.hardwareConcurrency;
  return threads === 0 ? (cores <= 2 ? cores : 0) : Math.min(threads, cores);
}

function feedFor(node: Node & { op: "input" }, feeds: Readonly<Record<string, Float32Array>>) {
  const { name, shape } = node.attributes;
  const data = feeds[name];
  if (data?.length !== sizeOf(shape)) {
    throw new RangeError(`Cannot run as feed "${name}" must fill [${shape}]: current length is ${data?.length}`);
  }
  return { data, shape };
}
