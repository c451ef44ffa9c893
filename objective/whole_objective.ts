import type { Engine } from "../engines/engine.ts";
import { constant, gradient, input, type Shape } from "../graph/mod.ts";
import type { Size } from "../pictures/picture.ts";
import { judge, sumOfTerms } from "./judge.ts";
import { lookAtAll } from "./look.ts";
import type { Evaluation } from "./evaluation.ts";
import type { Objective } from "./objective.ts";
import type { ObjectiveParts } from "./parts.ts";

/** The objective of a picture that is seen at once: one graph for all of it. */
export async function wholeObjective(
  parts: ObjectiveParts,
  { width, height }: Size,
  engine: Engine,
): Promise<Pick<Objective, "evaluate"> & AsyncDisposable> {
  const image = input("image", [1, 3, height, width]);
  const content = (layer: string, shape: Shape) => constant(parts.targets.content.get(layer)!.data, shape);
  const seen = await lookAtAll(image, parts, content);
  const values = [...seen.values, ...judge(parts, seen.statistics)];
  const total = sumOfTerms(values);
  const [slope] = gradient(total, [image]);

  const outputs = { ...Object.fromEntries(values.map(({ name, node }) => [`term ${name}`, node])), total, slope };
  const program = await engine.compile({ outputs });
  return {
    async evaluate(data: Float32Array): Promise<Evaluation> {
      const results = await program.run({ image: data });
      return {
        value: results.total[0],
        terms: Object.fromEntries(values.map(({ name }) => [name, results[`term ${name}`][0]])),
        gradient: results.slope,
      };
    },
    [Symbol.asyncDispose]: () => program[Symbol.asyncDispose](),
  };
}
