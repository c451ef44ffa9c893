import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import util from "node:util";
import { messageOf } from "../../base/errors.ts";
import type { Device } from "../engine.ts";
import type { TensorFlow } from "./values.ts";

/** TensorFlow.js as it was found. */
interface Found {
  readonly tf: TensorFlow;
  /** The package and its version. */
  readonly device: Device;
}

/** The packages that bind the native library, the fastest first. */
const nativePackages = ["@tensorflow/tfjs-node-gpu", "@tensorflow/tfjs-node"];

/**
 * Loads TensorFlow.js: the native library if a `node_modules` folder has it, else plain JavaScript, which any machine
 * runs. The native packages are no dependencies of this module: they need an install script, which Deno runs in a
 * `node_modules` folder only, and download some hundred megabytes.
 *
 * @param folders The folders from which `node_modules` is looked for, upwards.
 */
export async function loadTensorFlow(folders: readonly string[] = searched()): Promise<Found> {
  const failures: string[] = [];
  for (const name of nativePackages) {
    const manifest = folders.map((folder) => resolved(folder, `${name}/package.json`)).find((path) => path);
    if (!manifest) continue;
    try {
      const tf = native(manifest);
      await tf.ready();
      return { tf, device: { name: `${name} ${tf.version_core}` } };
    } catch (error) {
      failures.push(`${name} is installed but does not load: ${messageOf(error).split("; ")[0]}`);
    }
  }
  const tf = await import("npm:@tensorflow/tfjs-core@4.22.0");
  await import("npm:@tensorflow/tfjs-backend-cpu@4.22.0");
  // Without this its first tensor prints an advertisement.
  tf.enableProdMode();
  await tf.setBackend("cpu");
  const reason = failures.join("; ") || `no node_modules folder here has ${nativePackages.join(" or ")}`;
  return { tf, device: { name: `@tensorflow/tfjs ${tf.version_core}`, remark: `slow plain JavaScript, as ${reason}` } };
}

/** The current folder, and that of this module if it is on disk. */
function searched(): string[] {
  const own = import.meta.url.startsWith("file:") ? [dirname(fileURLToPath(import.meta.url))] : [];
  return [Deno.cwd(), ...own];
}

function resolved(folder: string, specifier: string): string | undefined {
  try {
    return createRequire(join(folder, "none.js")).resolve(specifier);
  } catch {
    return undefined;
  }
}

/** Loads a native package by the path of its package.json. */
function native(manifest: string): TensorFlow {
  // tfjs-node 4.22 calls it; Node.js 23 removed it.
  (util as { isNullOrUndefined?: unknown }).isNullOrUndefined ??= (x: unknown) => x === null || x === undefined;
  const load = createRequire(manifest);
  // A stand-in for node-pre-gyp, which would read the whole environment to find the addon: in the folder of the highest
  // version of Node's addon interface. The permissions in deno.json do not allow that.
  const finder = load.resolve("@mapbox/node-pre-gyp");
  const exports = { find: () => addonIn(join(dirname(manifest), "lib")) };
  load.cache[finder] = { id: finder, filename: finder, loaded: true, exports } as unknown as NodeJS.Module;
  return load(dirname(manifest));
}

function addonIn(folder: string): string {
  const entries = existsSync(folder) ? [...Deno.readDirSync(folder)] : [];
  const versions = entries.flatMap(({ name }) => /^napi-v(\d+)$/.exec(name)?.[1] ?? []);
  if (versions.length === 0) throw new Error("it has no addon, as its install script did not run or failed");
  const highest = Math.max(...versions.map(Number));
  return join(folder, `napi-v${highest}`, "tfjs_binding.node");
}
