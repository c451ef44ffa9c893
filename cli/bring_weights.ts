import type { ResolvedPreset } from "../presets/preset.ts";
import { type FetchOptions, fetchWeights } from "../weights/fetch.ts";
import { catalogue } from "../weights/catalogue.ts";
import { networks } from "../weights/network.ts";
import { findStored, stored } from "../weights/store.ts";
import { fetchReporterFor } from "./fetch_progress.ts";
import { interruptible } from "./interrupt.ts";

/** Fetches weights, and shows how it goes. Gives their path and whether they were here before. */
export async function fetchShown(name: string, on: ReadonlySet<string>, options: FetchOptions = {}) {
  const reporter = fetchReporterFor(on);
  const result: { fetched?: Awaited<ReturnType<typeof fetchWeights>> } = {};
  const warnings = {
    report: (event: { kind: string; message?: string }) =>
      event.kind === "warning" && reporter.report({ kind: "warning", message: event.message! }),
    close: reporter.close,
  };
  await interruptible(warnings, async (signal) => {
    result.fetched = await fetchWeights(name, { ...options, signal, onEvent: reporter.report });
  });
  return result.fetched!;
}

/**
 * Fetches the network of a preset where it is not here: in a terminal and in a script alike, since both mean to paint.
 *
 * @throws {UserError} where it cannot be had, or `--offline` forbids to fetch it.
 */
export async function bringWeights({ network, weights }: ResolvedPreset, on: ReadonlySet<string>): Promise<void> {
  if (weights !== "" || networks[network].file || await findStored(network)) return;
  if (on.has("offline") || !Object.hasOwn(catalogue, network)) await stored(network);
  else await fetchShown(network, on);
}
