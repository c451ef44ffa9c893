import { optionsOf, type ResolvedPreset } from "../presets/preset.ts";
import { decode, sizesFor } from "../stages/decode.ts";
import { messageOf, UserError } from "../base/errors.ts";
import { lossBuild, objectiveAt } from "../stages/loss_build.ts";
import { planObjective } from "../objective/evaluate.ts";
import { optimise, type OptimiseOptions } from "../stages/optimise.ts";
import { optimiserOf } from "../optimisers/mod.ts";
import type { Size } from "../pictures/picture.ts";
import { memoryOf } from "../base/memory.ts";
import { isDivided } from "../objective/cluster/layout.ts";
import { describe, placesOf, type Plan } from "../objective/tiles/plan.ts";
import { networks } from "../networks/network.ts";
import { photographOf, sizeOfPicture, standIn } from "../session/photograph.ts";

/**
 * How a run evaluates its objective at its largest size, and the peak memory that it takes with what its optimiser
 * remembers.
 *
 * @returns undefined if the chain has no such objective.
 * @throws {UserError} if the memory that the preset grants does not suffice.
 */
export function planOf(preset: ResolvedPreset, size: Size): Plan | undefined {
  const objective = optionsOf(preset, lossBuild);
  if (!objective) return undefined;
  const memory = memoryOf(preset.memory);
  const { styles = [] } = optionsOf(preset, decode) ?? {};
  const places = placesOf(styles.map(({ mask }) => mask));
  // A run that writes a picture may write a file beside it.
  const picture = { network: networks[preset.network], size, places, scratch: true };
  const cluster = preset.tiles > 0 ? { side: preset.tiles, local: true } : undefined;
  const plan = planObjective(objectiveAt(objective, Infinity), picture, memory, cluster);
  if (cluster && isDivided(size, cluster.side)) return plan;
  const descent = optionsOf(preset, optimise);
  return { ...plan, bytes: plan.bytes + (descent ? historyOf(descent, size, memory - plan.bytes) : 0) };
}

/** Bytes of the optimiser's history beside the one pair of vectors that every plan counts. */
function historyOf(options: OptimiseOptions, { width, height }: Size, room: number): number {
  const { optimiser, settings } = optimiserOf(options.optimiser, options);
  return optimiser.memory?.(settings, 3 * width * height, room) ?? 0;
}

/** The size of the picture that a preset paints; undefined if that is not known before it runs. */
export async function largestSizeOf(preset: ResolvedPreset): Promise<Size | undefined> {
  const pictures = optionsOf(preset, decode);
  const { content } = pictures ? await photographOf(pictures) : {};
  return pictures && content !== undefined ? sizesFor(pictures, await sizeOfPicture(content)).at(-1) : undefined;
}

/**
 * The plan of a run in one line, for the photograph that it names, or for one of 4:3 if that is missing.
 *
 * @throws {UserError} if the memory that the preset grants does not suffice.
 */
export async function planLine(preset: ResolvedPreset): Promise<string> {
  const pictures = optionsOf(preset, decode);
  if (!pictures) return "its pictures are not those of decode: nothing is known before it runs";
  const [photograph, note] = await photographOf(pictures)
    .then(async ({ content }) => content ? [await sizeOfPicture(content), ""] as const : [standIn, "no photograph yet"])
    .catch((error) => {
      if (error instanceof UserError) return [standIn, messageOf(error)] as const;
      throw error;
    });
  const size = sizesFor(pictures, photograph as Size).at(-1)!;
  const plan = planOf(preset, size);
  const stands = note ? ` (${note}: one of 4:3 stands for it)` : "";
  return `${size.width}×${size.height}: ${plan ? describe(plan) : "no objective"}${stands}`;
}
