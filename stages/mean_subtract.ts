import { convertInPlace, toTensor } from "../networks/input.ts";
import type { Network } from "../networks/network.ts";
import type { Picture } from "../pictures/picture.ts";
import type { ImageTensor } from "../pictures/tensor.ts";
import type { Tensors } from "../objective/tensors.ts";
import type { Pictures } from "../pictures/scene.ts";
import { resample } from "../pictures/resample.ts";
import type { Stage } from "../chain/stage.ts";

/** Options of mean-subtract. */
export interface MeanSubtractOptions {
  /** Share of the photograph's fine detail that a finer scale begins with. */
  readonly detail: number;
}

/** Turns pictures into tensors in the network's own input convention. */
export const meanSubtract = {
  name: "mean-subtract",
  description: "turns pictures into tensors: the network's channel order, its mean taken away",
  takes: "pictures",
  gives: "tensors",
  options: {
    detail: {
      type: "number",
      minimum: 0,
      maximum: 1,
      default: 0,
      flag: "detail",
      description:
        "how much of the photograph's fine detail, or of the start picture's, each finer scale begins with " +
        "on top of the enlarged result: 1 saves a quarter of the steps",
    },
  },
  create: ({ detail }) =>
    async function meanSubtract(pictures, { compute: { network, weights } }) {
      const { content: photograph, spare, styles, start: beginning, ...scene } = pictures;
      const { previous } = scene;
      const start = beginning && toTensor(beginning, network);
      const uses = styles.map(({ picture, ...use }) => ({ image: toTensor(picture, network), ...use }));
      // After the others, which may be the same picture. A stage before may have put another in its place.
      const content = spare === photograph.data ? inItsMemory(photograph, network) : toTensor(photograph, network);
      return {
        pictures: scene,
        content,
        spare: content.data,
        styles: uses,
        start,
        previous: previous && enlarged(previous, start ?? content, detail),
        network,
        weights,
      };
    },
} satisfies Stage<Pictures, Tensors, MeanSubtractOptions>;

function inItsMemory(photograph: Picture, network: Network): ImageTensor {
  convertInPlace(photograph.data, network, "network");
  return photograph;
}

/**
 * The result of a coarser scale at the size of a finer one. It lacks the fine detail that the coarse scale could not
 * show: a share of that of a picture of the finer scale is added.
 */
function enlarged(coarse: ImageTensor, fine: ImageTensor, detail: number): ImageTensor {
  const { width, height } = fine;
  const data = resample(coarse.data, 3, coarse, fine);
  if (detail === 0) return { width, height, data };
  const blurred = resample(resample(fine.data, 3, fine, coarse), 3, coarse, fine);
  for (let i = 0; i < data.length; i++) data[i] += detail * (fine.data[i] - blurred[i]);
  return { width, height, data };
}
