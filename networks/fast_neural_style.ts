import type { PainterArchitecture, PainterStep } from "./painter.ts";

/** How many channels and blocks a network has that is built as Johnson et al. 2016 describe. */
export interface FastNeuralStyleSize {
  /** Channels of its three first convolutions; its two enlarging ones have those of the second and the first. */
  readonly channels: readonly [number, number, number];
  /** Residual blocks of two convolutions each. */
  readonly blocks: number;
}

/**
 * The networks of Johnson et al. 2016 as fast_neural_style of pytorch/examples builds them: instance normalisation,
 * reflection, nearest neighbours and a convolution in place of a transposed one, levels as they are.
 */
export function fastNeuralStyle({ channels: [full, half, quarter], blocks }: FastNeuralStyleSize): PainterArchitecture {
  const block = (index: number): PainterStep[] => [
    { name: `res${index}a`, kernel: 3, channels: quarter },
    {
      name: `res${index}b`,
      kernel: 3,
      channels: quarter,
      plus: index === 1 ? "quarter" : `res${index - 1}b`,
      linear: true,
    },
  ];
  return {
    name: `fast-neural-style-${full}-${half}-${quarter}-${blocks}`,
    description: "the network of fast_neural_style in pytorch/examples",
    range: 1,
    offset: 0,
    epsilon: 1e-5,
    steps: [
      { name: "full", kernel: 9, channels: full },
      { name: "half", kernel: 3, channels: half, stride: 2 },
      { name: "quarter", kernel: 3, channels: quarter, stride: 2 },
      ...Array.from({ length: blocks }, (_, i) => block(i + 1)).flat(),
      { name: "half2", kernel: 3, channels: half, first: "double" },
      { name: "full2", kernel: 3, channels: full, first: "double" },
    ],
    last: { name: "colours", kernel: 9 },
  };
}
