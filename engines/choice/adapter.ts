import type { Device } from "../engine.ts";

/** Environment variables for drivers on Linux, set before they are loaded unless the user has set them. */
const environment = {
  // The API by which ONNX Runtime reaches the GPU. Deno would try OpenGL too, and once Mesa's is loaded, TensorFlow's
  // native library crashes.
  DENO_WEBGPU_BACKEND: "vulkan",
  // Without it Wayland's library, which drivers load, prints a complaint of its own.
  XDG_RUNTIME_DIR: "/",
};

/**
 * The graphics adapter that WebGPU prefers, as Deno's own implementation reports it: ONNX Runtime's does not
 * tell its name. `undefined` if there is none, or only Mesa's llvmpipe: a GPU in software that ONNX Runtime may refuse,
 * with complaints of its own on the terminal.
 */
export async function preferredAdapter(): Promise<Device | undefined> {
  if (Deno.build.os === "linux") {
    for (const [name, value] of Object.entries(environment)) if (!Deno.env.has(name)) Deno.env.set(name, value);
  }
  const adapter = await navigator.gpu?.requestAdapter({ powerPreference: "high-performance" });
  if (!adapter || adapter.info.description.startsWith("llvmpipe")) return undefined;
  const { description, vendor, architecture, isFallbackAdapter } = adapter.info;
  return {
    name: description || [vendor, architecture].filter(Boolean).join(" ") || "unnamed adapter",
    ...isFallbackAdapter && { software: true, remark: "a GPU in software, slower than onnx-cpu" },
  };
}

/** Device files of GPUs on Linux: those of Mesa and of AMD, NVIDIA (also Tegra), WSL, Arm, Qualcomm and Imagination. */
const deviceFiles = /^(dri|kfd|nvidia|nvhost|nvgpu|nvmap|dxg|mali|kgsl|pvr)/;

/**
 * Whether there may be a GPU: on Linux without a device file there is none. Asking the drivers takes some 50 ms of the
 * main thread, which is a twentieth of a picture by a painter.
 */
export function mayHaveGpu(): boolean {
  if (Deno.build.os !== "linux") return true;
  try {
    return [...Deno.readDirSync("/dev")].some(({ name }) => deviceFiles.test(name));
  } catch {
    return true;
  }
}
