import { type Graph, input } from "../../graph/mod.ts";
import { inputsOf } from "../../graph/node.ts";
import { messageOf, UserError } from "../../base/errors.ts";
import type { Engine, EngineKind, EngineOptions } from "../engine.ts";
import { mayHaveGpu } from "../choice/adapter.ts";
import { toOnnx } from "./lowering.ts";
import { noGpu, type OnnxProvider, onnxProviders } from "./providers.ts";
import type { OnnxModel, OnnxPictureModel, OnnxSettings } from "./worker.ts";
import { type Remote, startRemote } from "../worker/client.ts";

/** ONNX Runtime's engines, one per execution provider. */
export const onnxKinds: readonly EngineKind[] = onnxProviders.map((provider) => ({
  name: provider.name,
  missing: provider.missing,
  ...provider.gpu && { gpu: async () => mayHaveGpu() ? await provider.gpu!() : undefined },
  open: async (options) => {
    const missing = provider.missing();
    if (missing) throw unavailable(provider, missing);
    // Asked first: drivers print complaints of their own if they are loaded in vain.
    if (provider.gpu && !await provider.gpu()) throw unavailable(provider, noGpu);
    const engine = onnxEngine(options, provider);
    try {
      await using _program = await engine.compile({ outputs: { y: input("x", [1]) } });
      return { ...engine, device: await provider.device(threadsFor(options)) };
    } catch (error) {
      await engine[Symbol.asyncDispose]();
      throw unavailable(provider, provider.explain(messageOf(error)), error);
    }
  },
}));

/** ONNX Runtime with one execution provider, the CPU's unless given. */
export function onnxEngine(options: EngineOptions = {}, provider: OnnxProvider = onnxProviders[0]): Engine {
  const { remote, opened, leave } = workerFor(provider, threadsFor(options));
  return {
    name: provider.name,
    async compile(graph) {
      await opened;
      const bytes = toOnnx(graph, provider.id === "cpu" ? "cpu" : "gpu");
      return await remote.compile(graph, { bytes, shapes: inputShapes(graph), results: outputShapes(graph) }, [
        bytes.buffer,
      ]);
    },
    async compileModel({ bytes, input: from, output }, { width, height }) {
      await opened;
      const shape = [1, 3, height, width];
      const graph = { outputs: { picture: input("picture", shape) } };
      return await remote.compile(graph, { bytes, picture: { input: from, output, shape } });
    },
    async [Symbol.asyncDispose]() {
      // A worker that is stopped while it loads ONNX Runtime would take the process with it.
      await opened.catch(() => {});
      leave();
    },
  };
}

/** A worker that runs ONNX Runtime. */
interface OnnxWorker {
  readonly remote: Remote<OnnxSettings, OnnxModel | OnnxPictureModel>;
  readonly opened: Promise<unknown>;
  /** Ends the worker once each of its users has called it. */
  leave(): void;
}

/** The workers for GPUs, by provider. */
const shared = new Map<string, { readonly worker: OnnxWorker; users: number }>();

/**
 * The worker of an engine: one for each engine on the CPU, and one for all engines of a GPU provider, since ONNX
 * Runtime keeps one WebGPU device per process, and crashes if two threads use it.
 */
function workerFor({ id }: OnnxProvider, threads: number): OnnxWorker {
  const found = shared.get(id);
  if (found) {
    found.users++;
    return found.worker;
  }
  const remote = startRemote<OnnxSettings, OnnxModel | OnnxPictureModel>(new URL("./worker.ts", import.meta.url));
  const opened = remote.open({ provider: id, threads });
  if (id === "cpu") return { remote, opened, leave: () => remote[Symbol.dispose]() };
  const entry = {
    users: 1,
    worker: {
      remote,
      opened,
      leave() {
        if (--entry.users > 0) return;
        if (shared.get(id) === entry) shared.delete(id);
        remote[Symbol.dispose]();
      },
    },
  };
  shared.set(id, entry);
  return entry.worker;
}

/**
 * The number of threads for ONNX Runtime; 0 lets it count the physical cores, and pin a thread to each. On one or two
 * cores pinning costs 4 % (bench/evaluation.ts), as this program's main thread runs beside them.
 */
function threadsFor({ threads = 0 }: EngineOptions): number {
  const cores = navigator.hardwareConcurrency;
  return threads === 0 ? (cores <= 2 ? cores : 0) : Math.min(threads, cores);
}

function inputShapes(graph: Graph): Record<string, readonly number[]> {
  return Object.fromEntries(inputsOf(graph).map(({ attributes: { name }, shape }) => [name, shape]));
}

function outputShapes({ outputs }: Graph): Record<string, readonly number[]> {
  return Object.fromEntries(Object.entries(outputs).map(([name, { shape }]) => [name, shape]));
}

function unavailable({ name, hint }: OnnxProvider, reason: string, cause?: unknown): UserError {
  return new UserError(`Cannot use ${name}: ${reason}`, { hint, code: "engine-unavailable", cause });
}
