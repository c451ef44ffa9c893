import type { Network } from "../networks/network.ts";
import type { Node } from "../graph/mod.ts";
import type { Size } from "../pictures/picture.ts";
import type { Features, Targets } from "./features.ts";
import { sumOfSquares } from "./losses/loss.ts";
import { type ActiveTerm, activeTerms, type Asked, askedBy, type ObjectiveOptions } from "./terms.ts";
import type { Tensors } from "./tensors.ts";
import type { Contents } from "./tiles/contents.ts";

/** The parts of an objective: its terms, and what they compare with. */
export interface ObjectiveParts {
  readonly terms: readonly ActiveTerm[];
  /** The layers and reductions that the terms ask for. */
  readonly asked: Asked;
  readonly targets: Targets;
  /** Σ P² of the content picture's features by layer; of several pictures a node of [B]. */
  readonly energies: ReadonlyMap<string, number | Node>;
  readonly blend: ObjectiveOptions["blend"];
  /** The share of its reach that a layer's sums leave out along the borders. */
  readonly margin: number;
  readonly graph: Features["graph"];
  readonly network: Network;
}

/**
 * Finds the parts of an objective: takes the targets that its options ask for.
 *
 * @param contents The content picture's features, if they do not lie in memory among the targets.
 */
export async function partsOf(
  options: ObjectiveOptions,
  features: Features,
  network: Network,
  contents?: Pick<Contents, "energies">,
): Promise<ObjectiveParts> {
  const terms = activeTerms(options);
  const { blend, margin } = options;
  const asked = askedBy(terms, options.pyramid, network, sizesOf(features.tensors));
  const { contentLayers, styleLayers, factors } = asked;
  const targets = await features.targets(contents ? [] : contentLayers, { styleLayers, factors, margin });
  const energies = contents?.energies ??
    new Map([...targets.content].map(([layer, { data }]) => [layer, sumOfSquares(data)]));
  return { terms, asked, targets, energies, blend, margin, graph: features.graph, network };
}

/** The sizes of the pictures whose styles are compared. */
export function sizesOf({ content, styles }: Tensors): Size[] {
  return [content, ...styles.map(({ image }) => image)];
}
