import { layerNames, networks } from "../networks/network.ts";
import type { Term } from "./terms.ts";
import { lossSorts } from "./losses/loss.ts";
import { didYouMean } from "../base/nearest.ts";
import type { RunSettings } from "../chain/recipe.ts";
import type { Fault } from "../chain/stage.ts";

/** A fault for each layer of a term that the network lacks; that no network has, if it is not known which one. */
export function layerFaults(name: string, layers: Term["layers"], network: string | undefined): Fault[] {
  const known = network === undefined
    ? [...new Set(Object.values(networks).flatMap(layerNames))]
    : layerNames(networks[network]);
  return Object.keys(layers ?? {}).filter((layer) => !known.includes(layer)).map((layer) => ({
    path: `terms.${name}.layers.${layer}`,
    message: `${network ?? "no network"} has ${network ? "no" : "a"} layer "${layer}"`,
    hint: `${didYouMean(layer, known)}${network ? "it has" : "there are"} ${known.join(", ")}`,
  }));
}

/** The faults of a term: a sort that does not exist, layers that the network lacks, layers missing or out of place. */
export function termFaults(name: string, { loss, layers }: Term, { network }: RunSettings): Fault[] {
  const known = layerNames(networks[network]);
  const path = `terms.${name}`;
  if (!lossSorts.includes(loss.sort)) {
    return [{
      path: `${path}.loss`,
      message: `${loss.name} has the sort "${loss.sort}"`,
      hint: `the sort of a loss is one of ${lossSorts.join(", ")}`,
    }];
  }
  const faults = layerFaults(name, layers, network);
  if (loss.sort !== "image" && Object.keys(layers ?? {}).length === 0) {
    faults.push({
      path: `${path}.layers`,
      message: "must name at least one layer",
      hint: `${network} has ${known.join(", ")}`,
    });
  }
  if (loss.sort === "image" && layers) {
    faults.push({
      path: `${path}.layers`,
      message: `${loss.name} sees the picture itself, no layers`,
      hint: "leave it out",
    });
  }
  return faults;
}
