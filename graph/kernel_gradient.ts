import { concat, conv2d, matmul, pad, reshape, slice, transpose } from "./build.ts";
import type { Node, NodeOf } from "./node.ts";
import type { ConvolutionAttributes, Shape } from "./ops.ts";

/**
 * The most taps of a kernel whose gradient is computed tap by tap: those of 5×5. Larger kernels usually have few input
 * channels, for which a convolution is faster: twice as fast for 9×9 on three (bench/kernel_gradients.ts).
 */
const mostTaps = 25;

/** The gradient of a convolution with respect to its kernel. */
export function kernelGradient(g: Node, y: NodeOf<"conv2d">): Node {
  return goesByTaps(y.inputs[1].shape) ? gradientByTaps(g, y) : gradientByConvolution(g, y);
}

/** Whether the gradient of a kernel [O, I, h, w] is computed tap by tap. */
export function goesByTaps([, , rows, columns]: Shape): boolean {
  return rows * columns <= mostTaps;
}

/** One matrix product per tap: g times the inputs that the tap reads, over all positions of all pictures. */
export function gradientByTaps(g: Node, { inputs: [x, kernel], attributes }: NodeOf<"conv2d">): Node {
  const { stride, dilation } = attributes;
  const [outputs, inputs, rows, columns] = kernel.shape;
  const [batch, , height, width] = g.shape;
  const positions = batch * height * width;
  const padded = byChannel(withZeros(x, attributes));
  const slopes = reshape(byChannel(g), [outputs, positions]);
  // A matrix of few rows comes first: three channels take 0.7 of the time of the other order.
  const narrow = inputs < Math.min(16, outputs);
  const turned = transpose(slopes);
  const taps = Array.from({ length: rows * columns }, (_, tap) => {
    const [top, left] = [dilation * Math.floor(tap / columns), dilation * (tap % columns)];
    const [bottom, right] = [top + stride * (height - 1) + 1, left + stride * (width - 1) + 1];
    const window = slice(padded, [0, 0, top, left], [inputs, batch, bottom, right], [1, 1, stride, stride]);
    const seen = reshape(window, [inputs, positions]);
    const product = narrow ? matmul(seen, turned) : matmul(slopes, transpose(seen));
    return reshape(product, [1, ...product.shape]);
  });
  const order = narrow ? [2, 1, 0] : [1, 2, 0];
  return reshape(transpose(concat(taps, 0), order), kernel.shape);
}

/** x convolved with g as its kernels and the batch as their channels: stride and dilation change places. */
export function gradientByConvolution(g: Node, { inputs: [x, kernel], attributes }: NodeOf<"conv2d">): Node {
  const { stride, dilation } = attributes;
  const padded = byChannel(withZeros(x, attributes));
  const correlated = conv2d(padded, byChannel(g), { stride: dilation, dilation: stride });
  const [outputs, inputs, rows, columns] = kernel.shape;
  return transpose(slice(correlated, [0, 0, 0, 0], [inputs, outputs, rows, columns]), [1, 0, 2, 3]);
}

/** A convolution's input padded with zeros: with g as the kernel its padding would exceed the kernel's reach. */
function withZeros(x: Node, { padding: [top, left, bottom, right] }: ConvolutionAttributes): Node {
  return top + left + bottom + right === 0 ? x : pad(x, [0, 0, top, left], [0, 0, bottom, right]);
}

/** [N, C, H, W] as [C, N, H, W]. */
function byChannel(x: Node): Node {
  const [n, c, h, w] = x.shape;
  return n === 1 ? reshape(x, [c, n, h, w]) : transpose(x, [1, 0, 2, 3]);
}
