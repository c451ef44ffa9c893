import type { Network } from "./network.ts";

/** The input convention that a network's first layer was trained with. */
export interface InputConvention extends Input {
  /** Standard deviation by which red, green and blue are divided after their mean is subtracted; levels of 0..255. */
  readonly deviation?: readonly [red: number, green: number, blue: number];
}

type Input = Network["input"];

/** The mean pixel of ImageNet as the networks' authors give it. */
const imageNetMean = { red: 123.68, green: 116.779, blue: 103.939 };

/** Name of a convention. */
export type Convention = "caffe" | "matconvnet" | "torchvision";

/** The conventions of published weights by name. */
export const conventions: Readonly<Record<Convention, InputConvention>> = {
  /** Caffe, and Keras after it: BGR, 0..255, minus the mean of ImageNet (Simonyan and Zisserman 2015, 2.1). */
  caffe: { order: "BGR", mean: imageNetMean },
  /** MatConvNet: the same networks in RGB. */
  matconvnet: { order: "RGB", mean: imageNetMean },
  /** torchvision: RGB, 0..1, mean and deviation of ImageNet (its documentation of `vgg19`); here times 255. */
  torchvision: {
    order: "RGB",
    mean: { red: 123.675, green: 116.28, blue: 103.53 },
    deviation: [58.395, 57.12, 57.375],
  },
};

/**
 * Converts a first layer's kernels [out, 3, 3, 3] from its own convention to the given order of channels and levels of
 * 0..255 without a deviation. (x − mean) / deviation · w = (x − mean) · (w / deviation), and beyond the border x − mean
 * is zero either way, so this is exact there, too. The mean does not change.
 */
export function inOrder(
  kernels: Float32Array<ArrayBuffer>,
  from: InputConvention,
  order: Input["order"],
): Float32Array<ArrayBuffer> {
  if (from.order === order && !from.deviation) return kernels;
  const perChannel = 9;
  const divisors = from.deviation ?? [1, 1, 1];
  const turned = new Float32Array(kernels.length);
  for (let i = 0; i < kernels.length; i++) {
    const channel = Math.floor(i / perChannel) % 3;
    const kernel = i - i % (3 * perChannel);
    const source = from.order === order ? channel : 2 - channel;
    const red = from.order === "RGB" ? source : 2 - source;
    turned[i] = kernels[kernel + source * perChannel + i % perChannel] / divisors[red];
  }
  return turned;
}

/** An input convention as text for a file's metadata. */
export function inputToText({ order, mean }: Input): string {
  return JSON.stringify({ order, mean });
}

/** The input convention in a file's metadata; undefined if there is none. */
export function inputFromText(text: string | undefined): Input | undefined {
  try {
    const { order, mean } = JSON.parse(text ?? "null") ?? {};
    const { red, green, blue } = mean ?? {};
    const sound = (order === "RGB" || order === "BGR") && [red, green, blue].every(Number.isFinite);
    return sound ? { order, mean: { red, green, blue } } : undefined;
  } catch {
    return undefined;
  }
}
