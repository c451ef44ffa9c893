import type { Engine } from "../../engines/engine.ts";
import { add, gradient, input, multiply, type Node, reshape, type Shape, sizeOf } from "../../graph/mod.ts";
import {
  byItself,
  kernelShapes,
  type PainterArchitecture,
  painterGraph,
  rowLength,
  styleOfRow,
} from "../../networks/painter.ts";
import { grainOf, grainPeriod } from "../../networks/grain.ts";
import { inConvention } from "../../networks/input.ts";
import type { Network } from "../../networks/network.ts";
import { sumOfTerms } from "../../objective/judge.ts";
import type { Objective } from "../../objective/objective.ts";

/** The crops of a step. */
export interface Batch {
  /** Height and width of a crop: a multiple of the painter's stride. */
  readonly side: number;
  readonly count: number;
}

/** One step of training at given weights. */
export interface Judged {
  readonly value: number;
  /** Every term, its weights left out. */
  readonly terms: Readonly<Record<string, number>>;
  /** d value / d weights, in the layout of {@linkcode weightsLayout}. */
  readonly gradient: Float32Array;
}

/** A painter and an objective as one graph: the value, and its gradient over all weights of the painter. */
export interface TrainingProgram extends AsyncDisposable {
  /** The weights of the content terms, by their names. */
  readonly contentWeights: ReadonlyMap<string, number>;
  /**
   * @param weights The kernels and the row, in the layout of {@linkcode weightsLayout}.
   * @param photographs [B, 3, side, side], RGB of 0..255.
   * @param emphasis Multiplies the content terms.
   * @param random Gives the place of the grain that is laid over each crop; its beginning unless given.
   */
  judge(
    weights: Float32Array,
    photographs: Float32Array,
    emphasis: number,
    random?: () => number,
  ): Promise<Judged>;
}

/** Where each array lies in the weights of a painter of one style: its kernels, and behind them its `row`. */
export function weightsLayout(architecture: PainterArchitecture): Map<string, { from: number; shape: Shape }> {
  const layout = new Map<string, { from: number; shape: Shape }>();
  let from = 0;
  for (const [name, shape] of [...kernelShapes(architecture), ["row", [rowLength(architecture)]] as const]) {
    layout.set(name, { from, shape });
    from += sizeOf(shape);
  }
  return layout;
}

/** The programs of batches of several sizes, each built when it is first asked for. */
export interface TrainingPrograms extends AsyncDisposable {
  /** @throws {UserError} if the crops are too small for the objective's network. */
  of(batch: Batch): Promise<TrainingProgram>;
}

/** Builds programs. */
export function programsOf(
  architecture: PainterArchitecture,
  objective: Pick<Objective, "terms">,
  network: Network,
  engine: Engine,
): TrainingPrograms {
  const built = new Map<Batch, Promise<TrainingProgram>>();
  return {
    of(batch) {
      const known = built.get(batch) ?? trainingProgram(architecture, objective, network, batch, engine);
      built.set(batch, known);
      return known;
    },
    async [Symbol.asyncDispose]() {
      for (const program of built.values()) await (await program)[Symbol.asyncDispose]();
    },
  };
}

/** @throws {UserError} if the crops are too small for the objective's network. */
export async function trainingProgram(
  architecture: PainterArchitecture,
  objective: Pick<Objective, "terms">,
  network: Network,
  { side, count }: Batch,
  engine: Engine,
): Promise<TrainingProgram> {
  const layout = weightsLayout(architecture);
  const inputs = new Map<string, Node>([...layout].map(([name, { shape }]) => [name, input(name, shape)]));
  const photographs = input("photographs", [count, 3, side, side]);
  const style = styleOfRow(architecture, inputs.get("row")!);
  // The content that is to be kept has none.
  const seen = architecture.grain ? add(photographs, input("grain", [count, 1, side, side])) : photographs;
  const pictures = painterGraph(architecture, (name) => inputs.get(name)!, style, seen, byItself);
  const [judged, given] = [pictures, photographs].map((node) => inConvention(node, network));
  const values = await objective.terms(judged, given, count > 1);
  const emphasis = input("emphasis", [1]);
  const ofContent = reshape(emphasis, []);
  const value = sumOfTerms(
    values.map((term) => term.sort === "content" ? { ...term, node: multiply(term.node, ofContent) } : term),
  );
  const slopes = gradient(value, [...inputs.values()]);
  const program = await engine.compile({
    outputs: {
      value,
      ...Object.fromEntries(values.map(({ name, node }) => [`term ${name}`, node])),
      ...Object.fromEntries([...layout.keys()].map((name, i) => [`slope ${name}`, slopes[i]])),
    },
  });
  const places = [...layout].map(([name, { from, shape }]) => ({ name, from, to: from + sizeOf(shape) }));
  return {
    contentWeights: new Map(values.filter(({ sort }) => sort === "content").map(({ name, weight }) => [name, weight])),
    async judge(weights, photographs, emphasis, random = () => 0) {
      // Slices: a view would send all of its buffer to the worker.
      const feeds = places.map(({ name, from, to }) => [name, weights.slice(from, to)]);
      const results = await program.run({
        photographs,
        ...architecture.grain && { grain: grainFor(side, count, random) },
        emphasis: Float32Array.of(emphasis),
        ...Object.fromEntries(feeds),
      });
      const gradient = new Float32Array(weights.length);
      for (const { name, from } of places) gradient.set(results[`slope ${name}`], from);
      return {
        value: results.value[0],
        terms: Object.fromEntries(values.map(({ name }) => [name, results[`term ${name}`][0]])),
        gradient,
      };
    },
    [Symbol.asyncDispose]: () => program[Symbol.asyncDispose](),
  };
}

/** Grain for a batch of crops [B, 1, side, side], of some place for each. */
function grainFor(side: number, count: number, random: () => number): Float32Array {
  const grain = new Float32Array(count * side * side);
  const place = () => Math.floor(grainPeriod * random());
  for (let i = 0; i < count; i++) {
    grain.set(grainOf({ left: place(), top: place(), width: side, height: side }), i * side * side);
  }
  return grain;
}
