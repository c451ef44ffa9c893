import { type Node, square, total } from "../graph/mod.ts";
import { judge } from "./judge.ts";
import { lookAtAll } from "./look.ts";
import type { ObjectiveParts } from "./parts.ts";
import { pooled } from "./statistics.ts";
import type { TermValue } from "./terms.ts";

/**
 * The terms of an objective for other pictures than the one that it was built for: for several at once, each with a
 * photograph of its own.
 *
 * @param images What is judged, [B, 3, H, W].
 * @param photographs What their content is compared with, of the same shape.
 * @param together Whether the images make up one picture for the style terms: none of them needs the whole palette.
 * @param parts Made without the features of the objective's own photograph.
 */
export async function termsOfPictures(
  images: Node,
  photographs: Node,
  together: boolean,
  parts: ObjectiveParts,
): Promise<TermValue[]> {
  const { contentLayers } = parts.asked;
  const contents = await parts.graph(photographs, contentLayers, "the photographs");
  const energies = new Map(contentLayers.map((layer) => [layer, total(square(contents.get(layer)!), 1)]));
  const seen = await lookAtAll(images, { ...parts, energies }, (layer) => contents.get(layer)!);
  const statistics = together
    ? new Map([...seen.statistics].map(([key, statistics]) => [key, pooled(statistics)]))
    : seen.statistics;
  return [...seen.values, ...judge(parts, statistics)];
}
