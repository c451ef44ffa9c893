import type { Device } from "./engine.ts";

/**
 * The graphics adapter that WebGPU prefers, as Deno's own implementation sees it: ONNX Runtime's does not tell its
 * name. `undefined` where there is none.
 */
export async function preferredAdapter(): Promise<Device | undefined> {
  const adapter = await navigator.gpu?.requestAdapter({ powerPreference: "high-performance" });
  if (!adapter) return undefined;
  const { description, vendor, architecture, isFallbackAdapter } = adapter.info;
  return {
    name: description || [vendor, architecture].filter(Boolean).join(" ") || "unnamed adapter",
    ...isFallbackAdapter && { software: true, remark: "a GPU in software, slower than onnx-cpu" },
  };
}
