/**
 * A worker that does what a library might do with a hostile file.
 *
 * @module
 */
import { serve } from "../../../base/worker/server.ts";

serve((request: "loop" | "grow" | "throw" | number) => {
  if (typeof request === "number") return { result: request };
  if (request === "throw") {
    // Where `serve` does not catch it.
    queueMicrotask(() => {
      throw new Error("it broke");
    });
    return new Promise<never>(() => {});
  }
  const held: Uint8Array[] = [];
  for (;;) if (request === "grow") held.push(new Uint8Array(1e6).fill(held.length));
});
