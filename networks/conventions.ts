import type { Network } from "./network.ts";

/** What a network's first layer was trained on. */
export interface InputConvention extends Input {
  /** What red, green and blue are divided by after their mean was taken away, in levels of 0..255. */
  readonly deviation?: readonly [red: number, green: number, blue: number];
}

type Input = Network["input"];

/** The mean pixel of ImageNet as the networks' authors give it. */
const imageNetMean = { red: 123.68, green: 116.779, blue: 103.939 };

/** Name of a convention. */
export type Convention = "caffe" | "matconvnet" | "torchvision";

/** The conventions of published weights by name. */
export const conventions: Readonly<Record<Convention, InputConvention>> = {
  /** Caffe, and Keras after it: BGR, 0..255, the mean of ImageNet taken away (Simonyan and Zisserman 2015, 2.1). */
  caffe: { order: "BGR", mean: imageNetMean },
  /** MatConvNet turned the same networks to RGB. */
  matconvnet: { order: "RGB", mean: imageNetMean },
  /** torchvision: RGB, 0..1, mean and deviation of ImageNet (its documentation of `vgg19`); here times 255. */
  torchvision: {
    order: "RGB",
    mean: { red: 123.675, green: 116.28, blue: 103.53 },
    deviation: [58.395, 57.12, 57.375],
  },
};

/**
 * Turns a first layer's kernels [out, 3, h, w] from its own convention to the given order of channels and to levels of
 * 0..255 without a deviation. (x − mean) / deviation · w = (x − mean) · (w / deviation), and beyond the border x − mean
 * is zero either way, so this is exact there, too. The mean stays what it was.
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

/** An input as one line of a file's metadata. */
export function inputToText({ order, mean }: Input): string {
  return JSON.stringify({ order, mean });
}

/** The input that a file's metadata gives; nothing where it gives none. */
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
