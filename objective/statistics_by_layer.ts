import { averagePool, type Node } from "../graph/mod.ts";
import { channelsOf, type Network } from "../networks/network.ts";
import { reachOf } from "../networks/reach.ts";
import type { Guide } from "./guides.ts";
import { type Statistics, statisticsOf } from "./statistics.ts";

/**
 * An image reduced by a whole factor: what a level of the pyramid looks at.
 *
 * @throws {RangeError} where nothing would be left of it.
 */
export function reduced(image: Node, factor: number): Node {
  return factor === 1 ? image : averagePool(image, factor);
}

/**
 * The statistics of each layer's features.
 *
 * @param guide Gives how much each position counts, by the layer's stride.
 */
export function statisticsByLayer(
  features: ReadonlyMap<string, Node>,
  layers: readonly string[],
  network: Network,
  guide: (stride: number) => Guide | undefined,
): Map<string, Statistics<Node>> {
  return new Map(layers.map((layer) => {
    const { stride } = reachOf(network, [layer]);
    return [layer, statisticsOf(features.get(layer)!, channelsOf(network, layer), guide(stride))];
  }));
}
