/**
 * The engines: whatever runs a graph, under the names that `--engine` takes.
 *
 * @module
 */
import { openFastest } from "./choice/auto.ts";
import { type EngineKind, type EngineOptions, inWords, type ReadyEngine } from "./engine.ts";
import { withFallback } from "./choice/fallback.ts";
import { onnxKinds } from "./onnx/engine.ts";
import { tensorflowKind } from "./tensorflow/engine.ts";

/** Every engine. That for the CPU comes first: it works everywhere. */
export const engineKinds: readonly EngineKind[] = [...onnxKinds, tensorflowKind];

/** The names that `--engine` takes. */
export const engineNames: readonly string[] = ["auto", ...engineKinds.map(({ name }) => name)];

const [processor, ...graphics] = onnxKinds;

/**
 * Opens an engine; `auto` takes the fastest that works. If the device of another than the CPU is lost later, the CPU
 * takes over, and `onNotice` is told.
 *
 * @throws {RangeError} on a name that is not in {@linkcode engineNames}.
 * @throws {UserError} if the named engine does not work here; the error says what is missing.
 */
export async function openEngine(name: string, options: EngineOptions = {}): Promise<ReadyEngine> {
  if (name === "auto") return await openFastest([...graphics, processor], options);
  const kind = engineKinds.find((kind) => kind.name === name);
  if (!kind) throw new RangeError(`Cannot open engine "${name}": it should be one of ${engineNames.join(", ")}`);
  const engine = await kind.open(options);
  const { software } = engine.device;
  if (software) options.onNotice?.({ kind: "warning", message: `${name} runs on ${inWords(engine.device)}` });
  return kind === processor ? engine : withFallback(engine, [processor], options);
}
