import type { Convention } from "../networks/conventions.ts";

/** A published training of VGG, told by its conv1_1: every file of a training holds its numbers. */
export interface Training {
  /** What people call it. */
  readonly name: string;
  /** The convention of a file that holds its kernels as trained, and of one that holds them with red and blue changed. */
  readonly conventions: readonly [asTrained: Convention, changed?: Convention];
  /** The upper left value of the first and the last kernel, by input channel as trained. */
  readonly corners: readonly [first: Channels, last: Channels];
}

type Channels = readonly [number, number, number];

const trainings: readonly Training[] = [
  {
    name: "VGG-19 by its authors",
    conventions: ["caffe", "matconvnet"],
    corners: [[0.3412, 0.4642, 0.3942], [-0.0030, 0.0405, 0.0469]],
  },
  {
    name: "VGG-16 by its authors",
    conventions: ["caffe", "matconvnet"],
    corners: [[0.4295, 0.5504, 0.4800], [0.0076, 0.0375, 0.0349]],
  },
  {
    name: "VGG-19 of torchvision",
    conventions: ["torchvision"],
    corners: [[-0.0535, 0.0170, -0.0449], [-0.8106, 0.0792, 0.5203]],
  },
  {
    name: "VGG-16 of torchvision",
    conventions: ["torchvision"],
    corners: [[-0.5537, 0.1755, 0.3130], [0.0322, 0.2506, 0.4603]],
  },
];

/** The most that a number may lie beside the published one: eight bits a number leave 0.004, fine tuning about as much. */
const tolerance = 0.01;

/**
 * The known training whose numbers the kernels of conv1_1 [64, 3, 3, 3] are, with the convention by which they are
 * stored; undefined if it is none of them.
 */
export function trainingOf(
  kernels: Float32Array,
): { readonly training: Training; readonly convention: Convention } | undefined {
  const starts = [0, kernels.length - 27];
  for (const training of trainings) {
    for (const [i, convention] of training.conventions.entries()) {
      const agrees = starts.every((start, k) =>
        training.corners[k].every((due, channel) => {
          const stored = i === 0 ? channel : 2 - channel;
          return Math.abs(kernels[start + 9 * stored] - due) <= tolerance;
        })
      );
      if (convention && agrees) return { training, convention };
    }
  }
}
