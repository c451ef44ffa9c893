/**
 * The worker's side of engines/worker/client.ts: answers one request after the other.
 *
 * @module
 */

/** Values under their names, row-major. */
export type Results = Record<string, Float32Array<ArrayBuffer>>;

/** A compiled program. */
export interface Runner {
  run(feeds: Readonly<Record<string, Float32Array>>): Promise<Results>;
  release(): Promise<void>;
}

/** What a library must do to be driven from the main thread. */
export interface Backend<Settings, Payload> {
  /** Gets ready; gives whatever the main thread should know. */
  open(settings: Settings): Promise<unknown>;
  compile(payload: Payload): Promise<Runner>;
}

/** What the main thread asks for. */
export type Request<Settings, Payload> =
  | { readonly do: "open"; readonly settings: Settings }
  | { readonly do: "compile"; readonly program: number; readonly payload: Payload }
  | { readonly do: "run"; readonly program: number; readonly feeds: Readonly<Record<string, Float32Array>> }
  | { readonly do: "release"; readonly program: number };

/** The answer to the call of the same number. */
export type Reply =
  | { readonly call: number; readonly result: unknown }
  | { readonly call: number; readonly error: string };

/** A worker's own thread; TypeScript believes it to be the main one. */
interface Thread<Message> {
  onmessage: (event: MessageEvent<Message>) => void;
  postMessage(message: Reply, transfer?: Transferable[]): void;
}

/** Serves the main thread for as long as the worker lives. */
export function serve<Settings, Payload>(backend: Backend<Settings, Payload>): void {
  const programs = new Map<number, Runner>();

  async function answer(request: Request<Settings, Payload>): Promise<unknown> {
    switch (request.do) {
      case "open":
        return await backend.open(request.settings);
      case "compile":
        programs.set(request.program, await backend.compile(request.payload));
        return;
      case "run":
        return await programs.get(request.program)!.run(request.feeds);
      case "release":
        await programs.get(request.program)?.release();
        programs.delete(request.program);
    }
  }

  // One at a time: a session's runs must not overlap, and the cores are busy anyway.
  let queue = Promise.resolve();
  const thread = globalThis as unknown as Thread<Request<Settings, Payload> & { readonly call: number }>;
  thread.onmessage = ({ data }) => {
    queue = queue.then(async () => {
      try {
        const result = await answer(data);
        const transfer = data.do === "run" ? Object.values(result as Results).map((array) => array.buffer) : [];
        thread.postMessage({ call: data.call, result }, transfer);
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        thread.postMessage({ call: data.call, error: message });
      }
    });
  };
}
