/**
 * The worker's side of base/worker/client.ts.
 *
 * @module
 */
import { turns } from "../turns.ts";

/** A request under its number. */
export interface Call<Request> {
  readonly call: number;
  readonly request: Request;
}

/** What a worker says: that its module is loaded, then one reply to each call, under its number. */
export type Reply<Result> =
  | "ready"
  | { readonly call: number; readonly result: Result }
  | { readonly call: number; readonly error: string };

/** The answer to a request. */
export interface Answer<Result> {
  readonly result: Result;
  /** Buffers in the result that are handed over instead of copied. */
  readonly transfer?: Transferable[];
}

/** The part of a worker's global scope that is used; TypeScript knows that of a page. */
interface WorkerScope<Request, Result> {
  onmessage: (event: MessageEvent<Call<Request>>) => void;
  postMessage(reply: Reply<Result>, transfer?: Transferable[]): void;
}

/**
 * Answers the main thread's requests for as long as the worker lives, one after the other in the order in which they
 * come. The message of what `answer` throws goes back as the error.
 */
export function serve<Request, Result>(answer: (request: Request) => Answer<Result> | Promise<Answer<Result>>): void {
  const scope = globalThis as unknown as WorkerScope<Request, Result>;
  const inTurn = turns();
  scope.onmessage = ({ data: { call, request } }) =>
    void inTurn(async () => {
      try {
        const { result, transfer = [] } = await answer(request);
        scope.postMessage({ call, result }, transfer);
      } catch (error) {
        scope.postMessage({ call, error: error instanceof Error ? error.message : String(error) });
      }
    });
  scope.postMessage("ready");
}
