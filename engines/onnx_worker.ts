/**
 * The worker behind engines/onnx.ts: the one place that loads ONNX Runtime.
 *
 * @module
 */
import type { InferenceSession } from "npm:onnxruntime-node@1.30.0";

/** What the engine asks for. */
export type Request =
  | { readonly do: "compile"; readonly session: number; readonly model: Uint8Array; readonly threads: number }
  | {
    readonly do: "run";
    readonly session: number;
    readonly feeds: Readonly<Record<string, { readonly data: Float32Array; readonly shape: readonly number[] }>>;
  }
  | { readonly do: "release"; readonly session: number };

/** The answer to the call of the same number. */
export type Reply =
  | { readonly call: number; readonly results: Record<string, Float32Array<ArrayBuffer>> }
  | { readonly call: number; readonly error: string };

const sessions = new Map<number, InferenceSession>();

async function answer(request: Request): Promise<Record<string, Float32Array<ArrayBuffer>>> {
  const { InferenceSession, Tensor } = await import("npm:onnxruntime-node@1.30.0");
  switch (request.do) {
    case "compile": {
      const session = await InferenceSession.create(request.model, {
        executionProviders: ["cpu"],
        graphOptimizationLevel: "all",
        // A plan of all memory beforehand takes half as much again, and no less time.
        enableMemPattern: false,
        intraOpNumThreads: request.threads,
        // Errors come as exceptions; printed as well they would stain the terminal.
        logSeverityLevel: 4,
      });
      sessions.set(request.session, session);
      return {};
    }
    case "run": {
      const feeds = Object.fromEntries(
        Object.entries(request.feeds).map(([name, { data, shape }]) => [name, new Tensor("float32", data, shape)]),
      );
      const results = await sessions.get(request.session)!.run(feeds);
      return Object.fromEntries(
        Object.entries(results).map(([name, tensor]) => [name, (tensor.data as Float32Array<ArrayBuffer>).slice()]),
      );
    }
    case "release":
      await sessions.get(request.session)?.release();
      sessions.delete(request.session);
      return {};
  }
}

/** This thread; TypeScript believes it to be the main one. */
const thread = globalThis as unknown as {
  onmessage: (event: MessageEvent<Request & { readonly call: number }>) => void;
  postMessage(message: Reply, transfer?: Transferable[]): void;
};

// One at a time: a session's runs must not overlap, and the cores are busy anyway.
let queue = Promise.resolve();
thread.onmessage = ({ data }) => {
  queue = queue.then(async () => {
    try {
      const results = await answer(data);
      const transfer = Object.values(results).map((array) => array.buffer);
      thread.postMessage({ call: data.call, results }, transfer);
    } catch (error) {
      thread.postMessage({ call: data.call, error: error instanceof Error ? error.message : String(error) });
    }
  });
};
