import { existsSync } from "node:fs";
import { preferredAdapter } from "../../engines/choice/adapter.ts";

/** Debian's chromium carries SwiftShader, a GPU in software, and a Vulkan loader to find it with. */
const chromium = "/usr/lib/chromium";
const driver = `${chromium}/vk_swiftshader_icd.json`;

/** Why no test of WebGPU can run here; undefined if a GPU or SwiftShader is at hand. */
export async function missingGpu(): Promise<string | undefined> {
  return existsSync(driver) || await realGpu() ? undefined : "there is no GPU, and no SwiftShader of Debian's chromium";
}

/** Until its end, SwiftShader is this process's GPU and that of its children, unless the machine has a real one. */
export async function gpuForTests(): Promise<Disposable> {
  if (await realGpu()) return { [Symbol.dispose]: () => {} };
  // Whoever asks for libvulkan.so.1 later gets the one that is loaded; children look into the folder.
  const loader = Deno.dlopen(`${chromium}/libvulkan.so.1`, {});
  const changes = { VK_ICD_FILENAMES: driver, LD_LIBRARY_PATH: chromium };
  const before = Object.keys(changes).map((name) => [name, Deno.env.get(name)] as const);
  for (const [name, value] of Object.entries(changes)) Deno.env.set(name, value);
  return {
    [Symbol.dispose]() {
      for (const [name, value] of before) value === undefined ? Deno.env.delete(name) : Deno.env.set(name, value);
      loader.close();
    },
  };
}

async function realGpu(): Promise<boolean> {
  const adapter = await preferredAdapter();
  return adapter !== undefined && !adapter.software;
}
