import { catalogue } from "../weights/catalogue.ts";
import { type FetchEvent, fetchWeights } from "../weights/fetch.ts";
import { networks } from "../networks/network.ts";
import { UserError } from "../base/errors.ts";
import { optionsOf, type ResolvedPreset } from "../presets/preset.ts";
import type { Link } from "../chain/link.ts";
import { featureExtract } from "../stages/feature_extract.ts";
import { lossBuild } from "../stages/loss_build.ts";
import { stages } from "../stages/mod.ts";
import { repaint } from "../stages/repaint.ts";
import { findStored, shippingHint, stored } from "../weights/store.ts";
import type { RunSettings } from "../chain/recipe.ts";

/** Options of {@linkcode bringWeights}. */
export interface BringOptions {
  /** Makes a network that is not here an error, instead of fetching it. */
  readonly offline?: boolean;
  /** Ends the download; what has come is kept. */
  readonly signal?: AbortSignal;
  /** Told of the download's progress. */
  readonly onProgress?: (event: FetchEvent) => void;
}

/** What says which network a run needs. */
export type NetworkNeed = Pick<RunSettings, "network" | "weights"> & Partial<Pick<ResolvedPreset, "chain">>;

/**
 * Fetches the network that a preset needs, if it neither ships nor is here. Whoever runs such a preset means to paint.
 *
 * @throws {UserError} if it cannot be had, or may not be fetched.
 */
export async function bringWeights(
  preset: NetworkNeed,
  { offline, signal, onProgress }: BringOptions = {},
): Promise<void> {
  const network = neededNetwork(preset);
  if (preset.weights !== "" || networks[network].file || await findStored(network)) return;
  try {
    if (offline || !Object.hasOwn(catalogue, network)) await stored(network);
    else await fetchWeights(network, { signal, onEvent: onProgress });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { message, exitCode, code } = error;
    const hint = error.hint?.replace(shippingHint(), shippingHint(layersIn(preset.chain)));
    throw new UserError(message, { hint, exitCode, code, cause: error });
  }
}

/**
 * The network that a preset needs: the one that it names, or the one that ships if nothing looks with it. A painter needs no
 * more of it than the convention of its input.
 */
export function neededNetwork({ network, weights, chain = [] }: NetworkNeed): string {
  const has = (sought: Link["stage"]) => chain.some(({ stage }) => stage === sought);
  const isPainted = has(repaint) && !has(featureExtract) && chain.every(({ stage }) => stages.includes(stage));
  return weights !== "" || !isPainted ? network : Object.values(networks).find(({ file }) => file)?.name ?? network;
}

/** The layers that a chain looks at. */
function layersIn(chain: ResolvedPreset["chain"] = []): string[] {
  const { terms = {} } = optionsOf({ chain }, lossBuild) ?? {};
  return Object.values(terms).flatMap(({ layers = {} }) => Object.keys(layers));
}
