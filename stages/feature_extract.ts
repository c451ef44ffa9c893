import { editionOf } from "../base/edition.ts";
import type { Stage } from "../chain/stage.ts";
import type { Node } from "../graph/mod.ts";
import type { Tensor } from "../graph/tensor.ts";
import { constantParameters, networkGraph, type NetworkOptions } from "../networks/describing.ts";
import type { Features } from "../objective/features.ts";
import { regionsOf } from "../objective/regions.ts";
import { explainTooSmall } from "../objective/too_small.ts";
import { contentFeatures, styleStatistics } from "../objective/targets.ts";
import type { StyleTensor, Tensors } from "../objective/tensors.ts";
import { loadParameters } from "../weights/parameters.ts";

/** Loads the network, and takes the features of content and styles. */
export const featureExtract = {
  name: "feature-extract",
  description: "loads the network and takes the features of content and styles",
  takes: "tensors",
  gives: "features",
  computes: true,
  options: {
    pooling: {
      type: "string",
      enum: ["average", "max", "l2"],
      default: "average",
      flag: "pooling",
      description:
        "how the network's pooling layers pool: average paints smoother, l2 (root of the mean square) between",
    },
    rescale: {
      type: "boolean",
      default: false,
      description: "make pooled values as large as those of max, which VGG was trained with: average × 2, l2 × 1.56",
    },
    padding: {
      type: "string",
      enum: ["zero", "replicate", "reflect", "replicate-first", "reflect-first"],
      default: "zero",
      description:
        "what a convolution sees beyond the border; with -first the others than the first see zeros, which is faster",
    },
  },
  create: (options) =>
    async function featureExtract(tensors, context) {
      const { network, weights } = tensors;
      const edition = await editionOf(weights);
      const loaded = await context.share(`parameters ${edition}`, async () => new Map<string, Tensor>());
      const parameter = constantParameters(loaded);
      const graph = async (image: Node, layers: readonly string[], what: string) => {
        await loadParameters(network, weights, layers, loaded);
        return explainTooSmall(image, what, () => networkGraph(network, parameter, image, layers, options));
      };
      return {
        tensors,
        graph,
        targets: async (contentLayers, asked) => {
          const content = await contentFeatures(tensors, contentLayers, graph, context.compute);
          const styles = asked.styleLayers.length > 0 ? tensors.styles : [];
          const regions = await regionsOf(styles, async (style) => {
            const key = JSON.stringify([edition, options, asked, await digestOf(style)]);
            const look = () => styleStatistics(style, asked, network, graph, context.compute);
            return await context.share(`statistics ${key}`, look);
          });
          return { content, regions };
        },
      };
    },
} satisfies Stage<Tensors, Features, NetworkOptions>;

/** Identifies a style: the sizes of picture and mask, and the SHA-256 of their values. */
async function digestOf({ image, mask }: StyleTensor): Promise<string[]> {
  return await Promise.all([image, ...mask ? [mask] : []].map(async ({ width, height, data }) => {
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", data as Float32Array<ArrayBuffer>));
    return `${width}×${height} ${hash.toHex()}`;
  }));
}
