import { UserError } from "../base/errors.ts";
import { locatePreset, presetName } from "../presets/layers.ts";
import { load } from "../presets/load.ts";
import { currentFolder } from "../presets/locations.ts";
import { optionsOf, type ResolvedPreset } from "../presets/preset.ts";
import { openRegistry } from "../presets/registry.ts";
import type { Preset } from "../presets/source.ts";
import { decode } from "../stages/decode.ts";
import { samplePath, train as trainStage } from "../stages/train.ts";
import type { TrainOptions } from "../stages/train/options.ts";
import type { Stylised, StyliseOptions } from "./painting.ts";
import { stylise } from "./session.ts";

/** Options of {@linkcode train}: those of the stage, and how it is told of and stopped. */
export interface TrainingOptions
  extends
    Partial<Omit<TrainOptions, "photographs">>,
    Pick<StyliseOptions, "onProgress" | "signal" | "keep" | "offline" | "resume"> {
  /** Path of the painter that is made. */
  readonly painter: string;
  /** The photographs to learn with, ten or more of them; the preset's own, or else the first, is kept for the sample. */
  readonly photographs?: readonly string[];
  /** Where the sample goes: the preset's photograph, painted by the painter. Beside the painter unless given. */
  readonly sample?: string;
}

/**
 * Trains a painter with the objective of a preset: a network that paints any photograph in one pass as the preset would
 * (Johnson, Alahi, Fei-Fei 2016). It starts from the painter that ships. Once a minute painter and sample are written,
 * with a checkpoint beside them from which `resume` goes on; the same seed and engine make the same painter. One that
 * lies at its path already is replaced.
 *
 * ```ts
 * import { train } from "../mod.ts";
 *
 * async function learn(photographs: string[], signal: AbortSignal): Promise<void> {
 *   await train("monet", { painter: "monet.painter", photographs, steps: 500, signal });
 * }
 * ```
 *
 * @param preset A shipped preset's name, a path or a URL, or a preset of code.
 * @returns The sample, and how it came about.
 * @throws {UserError} if a painter cannot hold what the preset asks for, before it begins.
 */
export async function train(preset: string | Preset, options: TrainingOptions): Promise<Stylised> {
  const { onProgress, signal, keep, offline, resume, sample, ...training } = options;
  if (typeof training.painter !== "string" || training.painter === "") {
    throw new UserError("The painter needs a place", { hint: 'such as { painter: "mine.painter" }', exitCode: 2 });
  }
  const built: Preset = typeof preset === "string"
    ? { extends: preset, name: presetName(await locatePreset(preset, currentFolder())) }
    : preset;
  const output = sample ?? built.encode?.output ?? samplePath(training.painter);
  const wanted: Preset = {
    ...built,
    method: "train",
    train: { ...built.train, ...training },
    encode: { ...built.encode, output },
  };
  using loaded = await load(wanted, [], { registry: openRegistry(), incomplete: true });
  const { content, photographs } = withSample(loaded.preset, optionsOf(loaded.preset, trainStage)!.photographs);
  const complete: Preset = content === undefined ? wanted : {
    ...wanted,
    decode: { ...wanted.decode, content },
    train: { ...wanted.train, photographs },
  };
  return await stylise(complete, { onProgress, signal, keep, offline, resume, write: true });
}

/**
 * Keeps the first of the photographs for the sample if a preset has none.
 *
 * @throws {UserError} if there is only one.
 */
export function withSample(
  preset: ResolvedPreset,
  [first, ...others]: readonly string[],
): { readonly content?: string; readonly photographs: readonly string[] } {
  if (first === undefined) return { photographs: [] };
  if (optionsOf(preset, decode)?.content !== "") return { photographs: [first, ...others] };
  if (others.length > 0) return { content: first, photographs: others };
  throw new UserError("Cannot train with one photograph: it is kept for the sample", {
    hint: "name ten or more to learn from with `train.photographs`",
    exitCode: 2,
  });
}
