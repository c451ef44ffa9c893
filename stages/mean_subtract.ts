import type { Network } from "../networks/network.ts";
import type { Picture, Pictures, SceneInfo, Size, StyleUse } from "../pictures/picture.ts";
import { resample } from "../pictures/resample.ts";
import type { Stage } from "../chain/stage.ts";

/** A picture as a network takes it: planes [1, 3, height, width] in its channel order, its mean taken away. */
export interface ImageTensor extends Size {
  /** Row-major. */
  readonly data: Float32Array;
}

/** A style picture with its use. */
export interface StyleTensor extends StyleUse {
  /** The picture. */
  readonly image: ImageTensor;
}

/** What mean-subtract gives. */
export interface Tensors {
  /** The pictures that they were, without their pixels. */
  readonly pictures: SceneInfo;
  /** The photograph. */
  readonly content: ImageTensor;
  /** The paintings with their uses. */
  readonly styles: readonly StyleTensor[];
  /** Where the optimiser shall start, if not from the content. */
  readonly start?: ImageTensor;
  /** The result of the scale before, at this scale's size. */
  readonly previous?: ImageTensor;
  /** The network in whose input convention they are. */
  readonly network: Network;
  /** Where its weights are. */
  readonly weights: URL;
}

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
      const { content: photograph, styles, start: beginning, ...scene } = pictures;
      const { previous } = scene;
      const content = toTensor(photograph, network);
      const start = beginning && toTensor(beginning, network);
      return {
        pictures: scene,
        content,
        styles: styles.map(({ picture, ...use }) => ({ image: toTensor(picture, network), ...use })),
        start,
        previous: previous && enlarged(previous, start ?? content, detail),
        network,
        weights,
      };
    },
} satisfies Stage<Pictures, Tensors, MeanSubtractOptions>;

/**
 * The result of a coarser scale at the size of a finer one. Enlarged as it is, it lacks everything that the coarse scale
 * could not show; a picture of the finer scale lends what it has of that.
 */
function enlarged(coarse: ImageTensor, fine: ImageTensor, detail: number): ImageTensor {
  const { width, height } = fine;
  const data = resample(coarse.data, 3, coarse, fine);
  if (detail === 0) return { width, height, data };
  const blurred = resample(resample(fine.data, 3, fine, coarse), 3, coarse, fine);
  for (let i = 0; i < data.length; i++) data[i] += detail * (fine.data[i] - blurred[i]);
  return { width, height, data };
}

/** A picture in the network's input convention. */
export function toTensor({ width, height, data }: Picture, network: Network): ImageTensor {
  return { width, height, data: shifted(data, network, -1) };
}

/** The planes of a tensor as red, green and blue again, 0..255 but for what lies beyond. */
export function fromTensor({ data }: ImageTensor, network: Network): Float32Array<ArrayBuffer> {
  return shifted(data, network, 1);
}

/** Turning BGR around is its own inverse, so one function serves both ways. */
function shifted(data: Float32Array, { input: { order, mean } }: Network, sign: 1 | -1): Float32Array<ArrayBuffer> {
  const area = data.length / 3;
  const result = new Float32Array(data.length);
  for (const [plane, shift] of [mean.red, mean.green, mean.blue].entries()) {
    const swapped = order === "BGR" ? 2 - plane : plane;
    const [from, to] = sign < 0 ? [plane, swapped] : [swapped, plane];
    for (let i = 0; i < area; i++) result[to * area + i] = data[from * area + i] + sign * shift;
  }
  return result;
}
