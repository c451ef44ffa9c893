import type { Engine } from "../engines/engine.ts";
import { openEngine } from "../engines/mod.ts";
import { inputsOf } from "../presets/inputs.ts";
import { linksOf } from "../presets/load.ts";
import type { ResolvedPreset } from "../presets/preset.ts";
import { locateNetwork } from "../weights/locate.ts";
import { openCheckpoints } from "./checkpoint.ts";
import { UserError } from "./errors.ts";
import { runChain } from "./pipeline.ts";
import type { Progress } from "./stage.ts";
import { memoryOf } from "./tiles/budget.ts";

/** Options of {@linkcode stylise}. */
export interface StyliseOptions {
  /** Told how far the work is. */
  readonly onProgress?: (event: Progress) => void;
  /** Abort it to stop after the evaluation at hand: the best picture so far is finished and written. */
  readonly signal?: AbortSignal;
  /** Goes on from the checkpoint of an interrupted run of the same preset, where there is one. */
  readonly resume?: boolean;
}

/**
 * Runs a preset's chain.
 *
 * @returns What the last stage gives: with `encode` at the end, the URL of the file.
 * @throws {UserError} where something is wrong that the user can mend.
 */
export async function stylise(preset: ResolvedPreset, options: StyliseOptions = {}): Promise<unknown> {
  await using resources = new AsyncDisposableStack();
  let engine: Promise<Engine> | undefined;
  const report = options.onProgress ?? (() => {});
  const { network, weights } = await locateNetwork(preset.network, preset.weights);
  if (network.name !== preset.network) {
    throw new UserError(`The weights are those of ${network.name}, not of ${preset.network}`, {
      hint: `name the network ${network.name}`,
      exitCode: 2,
    });
  }
  const links = linksOf(preset);
  const inputs = inputsOf(preset);
  const output = links.map(({ stage, options }) => stage.output?.(options, preset)).find((path) => path !== undefined);
  const memory = memoryOf(preset.memory);
  const checkpoints = output === undefined ? undefined : await openCheckpoints(
    { preset, inputs: [...inputs, weights.href], output, memory },
    { resume: options.resume ?? false, report },
  );
  const result = await runChain(links, {
    preset,
    inputs,
    checkpoints,
    memory: checkpoints?.memory ?? memory,
    network,
    weights,
    engine: () =>
      engine ??= openEngine(preset.engine, { threads: preset.threads, onNotice: report })
        .then((opened) => resources.use(opened)),
    signal: options.signal,
    report,
  });
  if (!options.signal?.aborted) await checkpoints?.remove();
  return result;
}
