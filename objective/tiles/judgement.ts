import type { Engine } from "../../engines/engine.ts";
import { gradient, input, topologicalOrder } from "../../graph/mod.ts";
import { judge, sumOfTerms } from "../judge.ts";
import { lookAtAll } from "../look.ts";
import type { ObjectiveParts } from "../parts.ts";
import type { Size } from "../../pictures/picture.ts";
import { withSums } from "../statistics.ts";

/** A term's value with the weight that it has in the objective. */
export interface Weighed {
  readonly name: string;
  readonly weight: number;
  readonly value: number;
}

/** The style terms as functions of the sums over a picture, compiled. */
export interface Judgement extends AsyncDisposable {
  /** The names of the sums that the terms use. */
  readonly sums: ReadonlySet<string>;
  /** The terms' values at given sums, and d objective / d sum under the name of each sum. */
  run(
    sums: ReadonlyMap<string, Float32Array>,
  ): Promise<{ values: Weighed[]; slopes: ReadonlyMap<string, Float32Array> }>;
}

/** Compiles the style terms for a picture of a size. */
export async function judgement(parts: ObjectiveParts, { width, height }: Size, engine: Engine): Promise<Judgement> {
  // The graph of the whole picture is never run: it tells the number of positions, and throws if a level is too small.
  const whole = await lookAtAll(input("image", [1, 3, height, width]), parts, (layer, shape) => input(layer, shape));
  const values = judge(parts, withSums(whole.statistics, (name, { shape }) => input(name, shape)));
  const sums = topologicalOrder(values.map(({ node }) => node)).flatMap((node) => node.op === "input" ? [node] : []);
  const names = sums.map(({ attributes }) => attributes.name);
  if (values.length === 0) {
    return {
      sums: new Set(),
      run: async () => ({ values: [], slopes: new Map() }),
      [Symbol.asyncDispose]: async () => {},
    };
  }
  const slopes = gradient(sumOfTerms(values), sums);
  const program = await engine.compile({
    outputs: {
      ...Object.fromEntries(values.map(({ name, node }) => [`term ${name}`, node])),
      ...Object.fromEntries(slopes.map((slope, i) => [`slope ${names[i]}`, slope])),
    },
  });
  return {
    sums: new Set(names),
    async run(sums) {
      const results = await program.run(Object.fromEntries(sums));
      return {
        values: values.map(({ name, weight }) => ({ name, weight, value: results[`term ${name}`][0] })),
        slopes: new Map(names.map((name) => [name, results[`slope ${name}`]])),
      };
    },
    [Symbol.asyncDispose]: () => program[Symbol.asyncDispose](),
  };
}
