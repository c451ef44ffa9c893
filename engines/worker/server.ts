/**
 * The worker's side of engines/worker/client.ts.
 *
 * @module
 */
import { type Answer, serve } from "../../base/worker/server.ts";

/** Values by name, row-major. */
export type Results = Record<string, Float32Array<ArrayBuffer>>;

/** A compiled graph in the worker. */
export interface Runner {
  /** @param feeds Its own: it may give their memory back. */
  run(feeds: Readonly<Record<string, Float32Array>>): Promise<Results>;
  release(): Promise<void>;
}

/** A library as the main thread drives it. */
interface Backend<Settings, Payload> {
  /** Opens the library; the result goes to the main thread. */
  open(settings: Settings): Promise<unknown>;
  compile(payload: Payload): Promise<Runner>;
}

/** The requests of the main thread. */
export type EngineRequest<Settings, Payload> =
  | { readonly do: "open"; readonly settings: Settings }
  | { readonly do: "compile"; readonly program: number; readonly payload: Payload }
  | { readonly do: "run"; readonly program: number; readonly feeds: Readonly<Record<string, Float32Array>> }
  | { readonly do: "release"; readonly program: number };

/**
 * Serves a library to the main thread for as long as the worker lives. Requests are answered one at a time: the runs of
 * a session must not overlap.
 */
export function serveBackend<Settings, Payload>(backend: Backend<Settings, Payload>): void {
  const programs = new Map<number, Runner>();
  serve(async (request: EngineRequest<Settings, Payload>): Promise<Answer<unknown>> => {
    switch (request.do) {
      case "open":
        return { result: await backend.open(request.settings) };
      case "compile":
        programs.set(request.program, await backend.compile(request.payload));
        return { result: undefined };
      case "run": {
        const result = await programs.get(request.program)!.run(request.feeds);
        return { result, transfer: Object.values(result).map(({ buffer }) => buffer) };
      }
      case "release":
        await programs.get(request.program)?.release();
        programs.delete(request.program);
        return { result: undefined };
    }
  });
}
