import { cpus } from "node:os";
import { preferredAdapter } from "../choice/adapter.ts";
import { type Device, othersHint } from "../engine.ts";

/** An execution provider of ONNX Runtime: its requirements, and the errors if they are not met. */
export interface OnnxProvider {
  /** The engine's name, as `--engine` takes it. */
  readonly name: string;
  /** ONNX Runtime's name of the provider. */
  readonly id: string;
  /** What to do if it does not work. */
  readonly hint: string;
  /** What is missing, found without loading ONNX Runtime; `undefined` if all is there as far as is known. */
  missing(): string | undefined;
  /** The GPU that it would run on, found without loading ONNX Runtime; `undefined` if there is none. */
  gpu?(): Promise<Device | undefined>;
  /** ONNX Runtime's error message in words for the user. */
  explain(complaint: string): string;
  /** The device that computes; called only if the provider works. */
  device(threads: number): Promise<Device>;
}

/** Why an engine for GPUs does not work if no GPU is found. */
export const noGpu = "there is no GPU with a driver that WebGPU can use";

/** The providers that onnxruntime-node 1.30 knows, the CPU first. */
export const onnxProviders: readonly OnnxProvider[] = [
  {
    name: "onnx-cpu",
    id: "cpu",
    hint: "ONNX Runtime has builds for Linux, macOS (arm64) and Windows; `engine` tensorflow runs anywhere",
    missing: () => undefined,
    explain: (complaint) => complaint,
    device: async (threads) => ({ name: `${processor()}, ${threads === 0 ? "a thread per core" : count(threads)}` }),
  },
  {
    name: "onnx-webgpu",
    id: "webgpu",
    hint: othersHint,
    missing: () =>
      Deno.build.os === "linux" && !loads("libvulkan.so.1")
        ? "there is no Vulkan here (libvulkan.so.1); Debian's package is libvulkan1"
        : undefined,
    gpu: preferredAdapter,
    explain: (complaint) => /adapter/.test(complaint) ? noGpu : complaint,
    device: async () => await preferredAdapter() ?? { name: "unnamed adapter" },
  },
  {
    name: "onnx-cuda",
    id: "cuda",
    hint: "onnx-webgpu runs on the same GPU without CUDA",
    missing: () => {
      if (Deno.build.os !== "linux" || Deno.build.arch !== "x86_64") {
        return "onnxruntime-node has CUDA on Linux x64 only";
      }
      const libraries = Object.entries(cudaLibraries).filter(([library]) => !loads(library));
      return libraries.length > 0
        ? `these libraries are missing: ${libraries.map(([library, part]) => `${library} (${part})`).join(", ")}`
        : undefined;
    },
    explain: (complaint) =>
      /load shared library/.test(complaint)
        ? "libonnxruntime_providers_cuda.so is not beside ONNX Runtime: its install script fetches it, and Deno runs none"
        : complaint,
    device: async () => await preferredAdapter() ?? { name: "CUDA device 0" },
  },
  {
    name: "onnx-coreml",
    id: "coreml",
    hint: othersHint,
    missing: () => Deno.build.os === "darwin" ? undefined : "CoreML is part of macOS",
    explain: (complaint) => complaint,
    device: async () => await preferredAdapter() ?? { name: "CoreML" },
  },
  {
    name: "onnx-directml",
    id: "dml",
    hint: othersHint,
    missing: () => Deno.build.os === "windows" ? undefined : "DirectML is part of Windows",
    explain: (complaint) => complaint,
    device: async () => await preferredAdapter() ?? { name: "DirectML" },
  },
];

/** The libraries to which ONNX Runtime 1.30's CUDA provider links, and what they belong to. */
const cudaLibraries: Readonly<Record<string, string>> = {
  "libcuda.so.1": "the NVIDIA driver",
  "libcudart.so.12": "CUDA 12",
  "libcublasLt.so.12": "CUDA 12",
  "libcudnn.so.9": "cuDNN 9",
};

/** Whether the system's loader finds a library. */
function loads(library: string): boolean {
  try {
    Deno.dlopen(library, {}).close();
    return true;
  } catch (error) {
    // Without the permission to look, ONNX Runtime cannot load either, and its error says so.
    return error instanceof Deno.errors.NotCapable;
  }
}

/** The processor's name; its architecture if this program may not ask. */
function processor(): string {
  try {
    return cpus()[0]?.model.trim() || Deno.build.arch;
  } catch {
    return Deno.build.arch;
  }
}

function count(threads: number): string {
  return threads === 1 ? "1 thread" : `${threads} threads`;
}
