import { catalogue } from "../weights/catalogue.ts";
import { type FetchEvent, fetchWeights } from "../weights/fetch.ts";
import { networks } from "../networks/network.ts";
import { findStored, stored } from "../weights/store.ts";
import type { RunSettings } from "../chain/recipe.ts";

/** How the weights of a network come here. */
export interface BringOptions {
  /** Fetches nothing: a network that is not here is an error. */
  readonly offline?: boolean;
  /** Ends it; what came is kept. */
  readonly signal?: AbortSignal;
  /** Told how far it is. */
  readonly onProgress?: (event: FetchEvent) => void;
}

/**
 * Fetches the network that a preset names, if it neither ships nor is here. Whoever runs such a preset means to paint.
 *
 * @throws {UserError} if it cannot be had, or may not be fetched.
 */
export async function bringWeights(
  { network, weights }: Pick<RunSettings, "network" | "weights">,
  { offline, signal, onProgress }: BringOptions = {},
): Promise<void> {
  if (weights !== "" || networks[network].file || await findStored(network)) return;
  if (offline || !Object.hasOwn(catalogue, network)) await stored(network);
  else await fetchWeights(network, { signal, onEvent: onProgress });
}
