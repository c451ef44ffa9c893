/**
 * A worker that does what a library might do with a hostile file.
 *
 * @module
 */
const scope = globalThis as unknown as {
  onmessage: (event: MessageEvent<"loop" | "grow" | "throw" | number>) => void;
  postMessage(answer: unknown): void;
};

scope.onmessage = ({ data }) => {
  if (typeof data === "number") return scope.postMessage({ result: data });
  if (data === "throw") throw new Error("it broke");
  const held: Uint8Array[] = [];
  for (;;) if (data === "grow") held.push(new Uint8Array(1e6).fill(held.length));
};
scope.postMessage("ready");
