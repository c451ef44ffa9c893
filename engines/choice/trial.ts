import {
  averagePool,
  constant,
  conv2d,
  gradient,
  gram,
  type Graph,
  input,
  type Node,
  relu,
  reshape,
  square,
  total,
} from "../../graph/mod.ts";
import type { Engine } from "../engine.ts";

/** Side of the trial's picture in pixels: small, but large enough to keep a GPU busy. */
const size = 256;

/** The result of a trial. */
export interface Trial {
  /** Duration of the fastest of three evaluations, after one that warms up. */
  readonly seconds: number;
  readonly gradient: Float32Array;
}

/**
 * Tries an engine on a small evaluation of the usual kind: four convolutions of 3×3 with pooling between them, Gram
 * matrices, and the gradient.
 */
export async function tryOut(engine: Engine): Promise<Trial> {
  await using program = await engine.compile(trialGraph());
  const image = new Float32Array(3 * size * size).map((_, i) => (i % 251) - 125);
  const { gradient } = await program.run({ image });
  const times: number[] = [];
  for (let round = 0; round < 3; round++) {
    const began = performance.now();
    await program.run({ image });
    times.push((performance.now() - began) / 1000);
  }
  return { seconds: Math.min(...times), gradient };
}

/**
 * Whether two engines' gradients agree to 1 % (L2): more than rounding to TF32 or another order of sums makes, less
 * than the errors of a faulty driver.
 */
export function agree(a: Trial, b: Trial): boolean {
  const square = (array: Float32Array) => array.reduce((sum, value) => sum + value * value, 0);
  return square(a.gradient.map((value, i) => value - b.gradient[i])) <= 1e-4 * square(b.gradient);
}

function trialGraph(): Graph {
  const image = input("image", [1, 3, size, size]);
  const first = convolution(convolution(image, 64), 64);
  const second = convolution(convolution(averagePool(first, 2), 128), 128);
  const value = total(square(gramOf(second)));
  return { outputs: { gradient: gradient(value, [image])[0] } };
}

function convolution(x: Node, channels: number): Node {
  const shape = [channels, x.shape[1], 3, 3];
  const kernel = new Float32Array(channels * x.shape[1] * 9).map((_, i) => ((i % 7) - 3) / (9 * x.shape[1]));
  return relu(conv2d(x, constant(kernel, shape), { padding: [1, 1, 1, 1] }));
}

function gramOf(x: Node): Node {
  const [, channels, height, width] = x.shape;
  return gram(reshape(x, [channels, height * width]));
}
