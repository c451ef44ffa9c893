import { UserError } from "../base/errors.ts";
import type { Progress } from "../chain/progress.ts";
import type { ResolvedPreset } from "../presets/preset.ts";
import type { FolderOptions, FolderResult } from "../session/folder.ts";
import type { StyliseOptions } from "../session/painting.ts";
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

/** What is done elsewhere, by the same calls as here. */
interface Elsewhere extends AsyncDisposable {
  stylise(preset: ResolvedPreset, options: StyliseOptions): Promise<unknown>;
  styliseFolder(
    preset: ResolvedPreset,
    contents: readonly string[],
    options: FolderOptions,
  ): AsyncGenerator<FolderResult>;
}

/**
 * Opens a queue for one run. What it needs is loaded only now: who names no queue pays nothing.
 *
 * @throws {UserError} if it cannot be used.
 */
export async function byQueue(
  addresses: QueueAddresses,
  settings: Pick<ResolvedPreset, "engine" | "threads">,
  onNotice: (event: Progress) => void,
): Promise<Elsewhere> {
  const [{ openCoordinator }, { styliseByQueue, styliseFolderByQueue }] = await Promise.all([
    import("../queue/coordinator.ts"),
    import("../queue/paint.ts"),
  ]);
  const coordinator = await openCoordinator({ ...addresses, settings, onNotice });
  return {
    stylise: (preset, options) => styliseByQueue(preset, coordinator, options),
    styliseFolder: (preset, contents, options) => styliseFolderByQueue(preset, contents, coordinator, options),
    [Symbol.asyncDispose]: () => coordinator[Symbol.asyncDispose](),
  };
}
