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
} from "../graph/mod.ts";
import type { Engine } from "./engine.ts";

/** Side of the trial's picture in pixels: small, but large enough that a GPU has something to do. */
const size = 256;

/**
 * Seconds that an engine takes for a small evaluation of the usual kind: four convolutions of 3×3 with pooling between
 * them, Gram matrices, and the gradient. The best of three, after one that warms up.
 */
export async function secondsFor(engine: Engine): Promise<number> {
  await using program = await engine.compile(trialGraph());
  const image = new Float32Array(3 * size * size).map((_, i) => (i % 251) - 125);
  await program.run({ image });
  const times: number[] = [];
  for (let round = 0; round < 3; round++) {
    const began = performance.now();
    await program.run({ image });
    times.push((performance.now() - began) / 1000);
  }
  return Math.min(...times);
}

function trialGraph(): Graph {
  const image = input("image", [1, 3, size, size]);
  const first = convolution(convolution(image, 64), 64);
  const second = convolution(convolution(averagePool(first, 2), 128), 128);
  const value = total(square(gramOf(second)));
  return { outputs: { value, slope: gradient(value, [image])[0] } };
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
