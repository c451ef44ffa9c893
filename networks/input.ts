import { constant, type Node, reverse, subtract } from "../graph/mod.ts";
import type { Picture } from "../pictures/picture.ts";
import type { ImageTensor } from "../pictures/tensor.ts";
import type { Network } from "./network.ts";

/** A picture in the network's input convention. */
export function toTensor({ width, height, data }: Picture, network: Network): ImageTensor {
  const copy = data.slice();
  convertInPlace(copy, network, "network");
  return { width, height, data: copy };
}

/** The planes of a tensor as red, green and blue again; not clamped to 0..255. */
export function fromTensor({ data }: ImageTensor, network: Network): Float32Array<ArrayBuffer> {
  const copy = data.slice();
  convertInPlace(copy, network, "RGB");
  return copy;
}

/** Pictures [B, 3, H, W] in RGB of 0..255 in a network's input convention, as a node. */
export function inConvention(pictures: Node, { input: { order, mean } }: Network): Node {
  const levels = [mean.red, mean.green, mean.blue];
  const ordered = order === "BGR" ? reverse(pictures, [1]) : pictures;
  return subtract(ordered, constant(Float32Array.from(order === "BGR" ? levels.reverse() : levels), [1, 3, 1, 1]));
}

/**
 * Converts the planes of a tensor to red, green and blue, or back, in its own memory: a large picture is not to be held
 * twice.
 */
export function convertInPlace(data: Float32Array, { input: { order, mean } }: Network, to: "RGB" | "network"): void {
  const area = data.length / 3;
  const [first, second, third] = [0, 1, 2].map((plane) => data.subarray(plane * area, (plane + 1) * area));
  const sign = to === "RGB" ? 1 : -1;
  const [red, green, blue] = [sign * mean.red, sign * mean.green, sign * mean.blue];
  if (order === "RGB") {
    for (let i = 0; i < area; i++) first[i] += red, second[i] += green, third[i] += blue;
    return;
  }
  const [outer, inner] = to === "RGB" ? [red, blue] : [blue, red];
  for (let i = 0; i < area; i++) {
    const one = first[i];
    first[i] = third[i] + outer;
    second[i] += green;
    third[i] = one + inner;
  }
}
