import type { Device } from "./engine.ts";

const sessionFolder = "XDG_RUNTIME_DIR";

/**
 * The graphics adapter that WebGPU prefers, as Deno's own implementation sees it: ONNX Runtime's does not tell its
 * name. `undefined` where there is none.
 */
export async function preferredAdapter(): Promise<Device | undefined> {
  // Without a session's folder Wayland's library, which Vulkan drivers load, prints a complaint of its own.
  if (Deno.build.os === "linux" && !Deno.env.has(sessionFolder)) Deno.env.set(sessionFolder, "/");
  const adapter = await navigator.gpu?.requestAdapter({ powerPreference: "high-performance" });
  if (!adapter) return undefined;
  const { description, vendor, architecture, isFallbackAdapter } = adapter.info;
  return {
    name: description || [vendor, architecture].filter(Boolean).join(" ") || "unnamed adapter",
    ...isFallbackAdapter && { software: true, remark: "a GPU in software, slower than onnx-cpu" },
  };
}
