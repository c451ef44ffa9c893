import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import util from "node:util";
import { messageOf } from "../../base/errors.ts";
import type { Device } from "../engine.ts";
import type { TensorFlow } from "./values.ts";

/** What was found of TensorFlow.js. */
interface Found {
  readonly tf: TensorFlow;
  /** Package and version. */
  readonly device: Device;
}

/** The packages that bind the native library, the fastest first. */
const nativePackages = ["@tensorflow/tfjs-node-gpu", "@tensorflow/tfjs-node"];

/**
 * Loads TensorFlow.js: the native library where a `node_modules` folder has it, else plain JavaScript, which any
 * machine runs. The native packages are not among this module's dependencies, as they need an install script, which
 * Deno runs in a `node_modules` folder only, and then download some hundred megabytes.
 *
 * @param folders Where to look for `node_modules`, upwards from each.
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
  // Else its first tensor prints an advertisement.
  tf.enableProdMode();
  await tf.setBackend("cpu");
  const reason = failures.join("; ") || `no node_modules folder here has ${nativePackages.join(" or ")}`;
  return { tf, device: { name: `@tensorflow/tfjs ${tf.version_core}`, remark: `slow plain JavaScript, as ${reason}` } };
}

/** The folder where the user stands, and that of this module. */
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

/** Loads a native package by its manifest's path. */
function native(manifest: string): TensorFlow {
  // tfjs-node 4.22 calls it; Node.js 23 dropped it.
  (util as { isNullOrUndefined?: unknown }).isNullOrUndefined ??= (x: unknown) => x === null || x === undefined;
  const require = createRequire(manifest);
  // node-pre-gyp reads the whole environment only to say where the addon is: in the folder of the highest version of
  // Node's addon interface. The permissions that deno.json declares do not reach as far.
  const finder = require.resolve("@mapbox/node-pre-gyp");
  const exports = { find: () => addonIn(join(dirname(manifest), "lib")) };
  require.cache[finder] = { id: finder, filename: finder, loaded: true, exports } as unknown as NodeJS.Module;
  return require(dirname(manifest));
}

function addonIn(folder: string): string {
  const entries = existsSync(folder) ? [...Deno.readDirSync(folder)] : [];
  const versions = entries.flatMap(({ name }) => /^napi-v(\d+)$/.exec(name)?.[1] ?? []);
  if (versions.length === 0) throw new Error("it has no addon, as its install script did not run or failed");
  const highest = Math.max(...versions.map(Number));
  return join(folder, `napi-v${highest}`, "tfjs_binding.node");
}
