import type { Engine } from "../engines/engine.ts";
import { openEngine } from "../engines/mod.ts";
import { inputsOf } from "../presets/inputs.ts";
import { linksOf } from "../presets/load.ts";
import type { ResolvedPreset } from "../presets/preset.ts";
import { locateNetwork } from "../weights/locate.ts";
import { UserError } from "./errors.ts";
import { runChain } from "./pipeline.ts";
import type { Progress } from "./stage.ts";

/** Options of {@linkcode stylise}. */
export interface StyliseOptions {
  /** Told how far the work is. */
  readonly onProgress?: (event: Progress) => void;
  /** Abort it to stop after the evaluation at hand: the best picture so far is finished and written. */
  readonly signal?: AbortSignal;
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
  return await runChain(linksOf(preset), {
    preset,
    inputs: inputsOf(preset),
    network,
    weights,
    engine: () =>
      engine ??= openEngine(preset.engine, { threads: preset.threads, onNotice: report })
        .then((opened) => resources.use(opened)),
    signal: options.signal,
    report,
  });
}
