import { linksOf } from "../presets/load.ts";
import type { ResolvedPreset } from "../presets/preset.ts";
import { type DecodeOptions, sizesFor } from "../stages/decode.ts";
import { messageOf, UserError } from "../stages/errors.ts";
import { type LossBuildOptions, planObjective } from "../stages/loss_build.ts";
import type { NetworkOptions } from "../stages/network_graph.ts";
import type { OptimiseOptions } from "../stages/optimise.ts";
import { optimiserOf } from "../stages/optimisers/mod.ts";
import type { Size } from "../stages/picture.ts";
import { memoryOf } from "../stages/tiles/budget.ts";
import { describe, type Plan } from "../stages/tiles/plan.ts";
import { networks } from "../weights/network.ts";
import { photographOf, sizeOfPicture, standIn } from "./photograph.ts";

/** The options of the stages that ship, as the pipeline has them. */
export interface Sections {
  readonly decode: DecodeOptions;
  readonly "feature-extract": NetworkOptions;
  readonly "loss-build": LossBuildOptions;
  readonly optimise: OptimiseOptions;
  readonly encode?: { readonly output: string };
}

/** The options of every stage: those of its place in the pipeline, or of its section where it is not in use. */
export function sectionsOf(preset: ResolvedPreset): Sections {
  const used = linksOf(preset).map(({ stage, options }) => [stage.name, options] as const);
  return { ...preset.sections, ...Object.fromEntries(used) } as unknown as Sections;
}

/**
 * How a run evaluates its objective at its largest size, and the peak memory that it takes with what its optimiser
 * remembers.
 *
 * @throws {UserError} where the memory that the preset grants does not suffice.
 */
export function planOf(preset: ResolvedPreset, size: Size): Plan {
  const { decode, "loss-build": objective, optimise } = sectionsOf(preset);
  const memory = memoryOf(preset.memory);
  const masks = new Set(decode.styles.map(({ mask }) => mask));
  const places = [...masks].some((mask) => mask) ? masks.size : 0;
  // A run that writes a picture may write a file beside it.
  const picture = { network: networks[preset.network], size, places, scratch: true };
  const plan = planObjective(objective, picture, memory);
  return { ...plan, bytes: plan.bytes + historyOf(optimise, size, memory - plan.bytes) };
}

/** What the optimiser remembers beside the one pair of vectors that every plan counts. */
function historyOf(options: OptimiseOptions, { width, height }: Size, room: number): number {
  const { optimiser, settings } = optimiserOf(options.optimiser, options);
  return optimiser.memory?.(settings, 3 * width * height, room) ?? 0;
}

/**
 * The plan of a run in one line, for the photograph that it names, or one of 4:3 where that is missing.
 *
 * @throws {UserError} where the memory that the preset grants does not suffice.
 */
export async function planLine(preset: ResolvedPreset): Promise<string> {
  const { decode } = sectionsOf(preset);
  const [photograph, note] = await photographOf(decode)
    .then(async ({ content }) => content ? [await sizeOfPicture(content), ""] as const : [standIn, "no photograph yet"])
    .catch((error) => {
      if (error instanceof UserError) return [standIn, messageOf(error)] as const;
      throw error;
    });
  const size = sizesFor(decode, photograph as Size).at(-1)!;
  const stands = note ? ` (${note}: one of 4:3 stands for it)` : "";
  return `${size.width}×${size.height}: ${describe(planOf(preset, size))}${stands}`;
}
