import type { Engine, EngineOptions } from "./engine.ts";
import { onnxEngine } from "./onnx.ts";

const openers: Readonly<Record<string, (options: EngineOptions) => Engine>> = {
  "onnx-cpu": onnxEngine,
};

/** The names that `--engine` takes. */
export const engineNames: readonly string[] = ["auto", ...Object.keys(openers)];

/** Opens an engine; `auto` takes the first of the list. */
export function openEngine(name: string, options: EngineOptions = {}): Engine {
  const open = openers[name] ?? Object.values(openers)[0];
  return open(options);
}
