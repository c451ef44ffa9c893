import type { Engine, EngineOptions } from "./engine.ts";
import { onnxEngine } from "./onnx.ts";

const openers: Readonly<Record<string, (options: EngineOptions) => Engine>> = {
  "onnx-cpu": onnxEngine,
};

/** The names that `--engine` takes. */
export const engineNames: readonly string[] = ["auto", ...Object.keys(openers)];

/**
 * Opens an engine; `auto` takes the first of the list.
 *
 * @throws {RangeError} on a name that is not in {@linkcode engineNames}.
 */
export function openEngine(name: string, options: EngineOptions = {}): Engine {
  if (!engineNames.includes(name)) {
    throw new RangeError(`Cannot open engine "${name}": it should be one of ${engineNames.join(", ")}`);
  }
  const [first] = Object.keys(openers);
  return openers[name === "auto" ? first : name](options);
}
