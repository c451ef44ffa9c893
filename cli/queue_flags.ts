import { UserError } from "../base/errors.ts";
import type { Progress } from "../chain/progress.ts";
import { optionsOf, type ResolvedPreset } from "../presets/preset.ts";
import type { FilmRunOptions, PaintedFilm } from "../session/film.ts";
import type { FolderOptions, FolderResult } from "../session/folder.ts";
import type { StyliseOptions } from "../session/painting.ts";
import { stylise } from "../session/session.ts";
import { optimise } from "../stages/optimise.ts";
import { largestSizeOf } from "../studio/plan.ts";
import type { Call } from "./call.ts";

/** Where work goes instead of this machine. */
export interface QueueAddresses {
  readonly queue: string;
  readonly blobs: string;
}

/**
 * The queue that a call names; undefined if it names none.
 *
 * @throws {UserError} if it names only half of it.
 */
export function queueOf({ values: { queue, blobs } }: Pick<Call, "values">): QueueAddresses | undefined {
  if (queue === undefined && blobs === undefined) return undefined;
  if (queue !== undefined && blobs !== undefined) return { queue, blobs };
  const [lacking, example] = queue === undefined ? ["--queue", "redis://HOST"] : ["--blobs", "file:///shared/impasto"];
  throw new UserError(`${queue === undefined ? "--blobs" : "--queue"} needs ${lacking} beside it`, {
    hint: `such as ${lacking} ${example}`,
    exitCode: 2,
  });
}

/** The side of tiles unless a preset names one: an evaluation of the full VGG-19 takes 3 GB for a tile. */
const sideOfTiles = 1024;

/** A picture of so many pixels or more is painted by all workers together. */
const large = 2048 ** 2;

async function isLarge(preset: ResolvedPreset): Promise<boolean> {
  const size = await largestSizeOf(preset);
  return size !== undefined && size.width * size.height >= large && optionsOf(preset, optimise) !== undefined;
}

/** What is done elsewhere, by the same calls as here. */
interface Elsewhere extends AsyncDisposable {
  /** A preset as it is run there: a large picture goes in tiles. */
  ready(preset: ResolvedPreset): Promise<ResolvedPreset>;
  stylise(preset: ResolvedPreset, options: StyliseOptions): Promise<unknown>;
  styliseFolder(
    preset: ResolvedPreset,
    contents: readonly string[],
    options: FolderOptions,
  ): AsyncGenerator<FolderResult>;
  paintFilm(preset: ResolvedPreset, options: FilmRunOptions): Promise<PaintedFilm>;
}

/**
 * Opens a queue for one run. What it needs is loaded only now: who names no queue pays nothing.
 *
 * @throws {UserError} if it cannot be used.
 */
export async function byQueue(
  addresses: QueueAddresses,
  settings: Pick<ResolvedPreset, "engine" | "threads">,
  onProgress: (event: Progress) => void,
): Promise<Elsewhere> {
  const [{ openCoordinator }, { styliseByQueue, styliseFolderByQueue }] = await Promise.all([
    import("../queue/coordinator.ts"),
    import("../queue/paint.ts"),
  ]);
  const coordinator = await openCoordinator({ ...addresses, settings, onNotice: onProgress });
  const { machine } = coordinator;
  return {
    async ready(preset) {
      const tiles = preset.tiles || (await isLarge(preset) ? sideOfTiles : 0);
      return tiles > 0 ? { ...preset, tiles, engine: machine.engine, threads: machine.threads } : preset;
    },
    async stylise(preset, options) {
      if (preset.tiles === 0) return await styliseByQueue(preset, coordinator, options);
      const { clusterBy } = await import("../queue/tiles.ts");
      const onNotice = (message: string) => onProgress({ kind: "note", message });
      return await stylise(preset, { ...options, write: true, cluster: clusterBy(coordinator, { onNotice }) });
    },
    styliseFolder: (preset, contents, options) => styliseFolderByQueue(preset, contents, coordinator, options),
    async paintFilm(preset, options) {
      const { paintFilmByQueue } = await import("../queue/film.ts");
      return await paintFilmByQueue(preset, coordinator, options);
    },
    [Symbol.asyncDispose]: () => coordinator[Symbol.asyncDispose](),
  };
}
