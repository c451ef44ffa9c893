import { startWorker } from "../../base/worker/client.ts";
import { readable } from "../../base/worker/readable.ts";
import { type Graph, type NodeOf, sizeOf } from "../../graph/mod.ts";
import { inputsOf } from "../../graph/node.ts";
import type { Program } from "../engine.ts";
import type { EngineRequest, Results } from "./server.ts";

/** A library that computes in a worker. */
export interface Remote<Settings, Payload> extends Disposable {
  /** Opens the library; to be called first. */
  open(settings: Settings): Promise<unknown>;
  /** Compiles a graph from the payload that the library takes for it. */
  compile(graph: Graph, payload: Payload, transfer?: Transferable[]): Promise<Program>;
}

/**
 * Starts a worker that serves a library: a run blocks its thread for the whole evaluation, and the main thread has a
 * progress bar to draw and Ctrl-C to hear.
 */
export function startRemote<Settings, Payload>(module: URL): Remote<Settings, Payload> {
  const worker = startWorker<EngineRequest<Settings, Payload>, unknown>(readable(module));
  let programs = 0;
  return {
    open: (settings) => worker.ask({ do: "open", settings }),
    async compile(graph, payload, transfer) {
      const inputs = inputsOf(graph);
      const program = programs++;
      await worker.ask({ do: "compile", program, payload }, transfer);
      return {
        run: async (feeds) => {
          const checked = Object.fromEntries(inputs.map((node) => [node.attributes.name, feedFor(node, feeds)]));
          return await worker.ask({ do: "run", program, feeds: checked }) as Results;
        },
        async [Symbol.asyncDispose]() {
          if (!worker.ended) await worker.ask({ do: "release", program });
        },
      };
    },
    [Symbol.dispose]: () => worker.end(new Error("the engine was closed")),
  };
}

function feedFor(node: NodeOf<"input">, feeds: Readonly<Record<string, Float32Array>>) {
  const { name, shape } = node.attributes;
  const data = feeds[name];
  if (data?.length !== sizeOf(shape)) {
    throw new RangeError(`Cannot run as feed "${name}" must fill [${shape}]: current length is ${data?.length}`);
  }
  return data;
}
