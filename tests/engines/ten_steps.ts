import type { Engine } from "../../engines/engine.ts";
import {
  add,
  constant,
  gradient,
  gram,
  type Graph,
  input,
  multiply,
  reshape,
  square,
  subtract,
  total,
} from "../../graph/mod.ts";
import { constantParameters, networkGraph } from "../../networks/describing.ts";
import { adam } from "../../optimisers/adam.ts";
import { randomFrom } from "../../base/random.ts";
import { tiny, tinyImage, tinyParameters } from "../helpers/tiny.ts";

/** Sides that halve unevenly. */
export const size = { width: 11, height: 9 };

/** The image after some steps of Adam down a content and a style term of the tiny network. */
export async function imageAfter(steps: number, engine: Engine): Promise<Float32Array> {
  await using program = await engine.compile(objective());
  const evaluate = async (image: Float32Array) => {
    const { value, slope } = await program.run({ image });
    return { value: value[0], terms: {}, gradient: slope };
  };
  const start = tinyImage(size.width, size.height, 3).data;
  const options = { learningRate: 0.05, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, averaging: 0, lastRate: 1 };
  let count = 0;
  for await (const { image } of adam.minimise(evaluate, start, options)) {
    if (count++ === steps) return image.slice();
  }
  throw new Error("the optimiser ended early");
}

/** A content and a style term of the tiny network, with their gradient. */
export function objective(): Graph {
  const image = input("image", [1, 3, size.height, size.width]);
  const features = networkGraph(tiny, constantParameters(tinyParameters()), image, ["conv1_1", "conv2_2"], {
    pooling: "average",
    rescale: false,
    padding: "zero",
  });
  const seen = features.get("conv2_2")!;
  const random = randomFrom(5);
  const target = constant(new Float32Array(seen.shape.reduce((a, b) => a * b)).map(() => random()), seen.shape);
  const style = features.get("conv1_1")!;
  const [, channels, height, width] = style.shape;
  const statistics = multiply(gram(reshape(style, [channels, height * width])), 1 / (height * width));
  const value = add(total(square(subtract(seen, target))), total(square(statistics)));
  return { outputs: { value, slope: gradient(value, [image])[0] } };
}
