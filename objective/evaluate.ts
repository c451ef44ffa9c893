import { messageOf } from "../base/errors.ts";
import { type Scratch, ScratchFailure } from "../base/files.ts";
import type { Engine } from "../engines/engine.ts";
import { constant, gradient, input, type Shape } from "../graph/mod.ts";
import type { Size } from "../pictures/picture.ts";
import type { Evaluation, Objective } from "./evaluation.ts";
import type { Features } from "./features.ts";
import type { Machine } from "./look_at_pictures.ts";
import { judge, lookAtAll, type ObjectiveParts, partsOf, sumOfTerms } from "./objective.ts";
import { activeTerms, askedBy, type ObjectiveOptions } from "./terms.ts";
import { contentsInFile, contentsInMemory } from "./tiles/contents.ts";
import { tiledObjective } from "./tiles/objective.ts";
import { type Demand, placesOf, type Plan, planFor } from "./tiles/plan.ts";

/**
 * Tensors of the picture's size that a run holds while it evaluates: image and gradient of both points of a step, the
 * direction between them, and two that the optimiser remembers at the least; two more for what it works in, and for
 * what is no longer needed and not collected yet.
 */
export const heldTensors = 9;

/** What an objective is evaluated with. */
export interface Evaluating extends Machine {
  /** Opens a file for what does not fit into the memory; absent if none may be made. */
  readonly scratch?: () => Promise<Scratch>;
  /** Told what went otherwise than it should. */
  report(event: { readonly kind: "warning"; readonly message: string }): void;
}

/**
 * An objective as it is evaluated within a memory: at once, or window by window.
 *
 * @param held Tensors of the picture's size that the run holds beside.
 * @throws {UserError} where the memory does not suffice.
 */
export async function evaluationOf(
  options: ObjectiveOptions,
  features: Features,
  held: number,
  context: Evaluating,
): Promise<Pick<Objective, "evaluate"> & { readonly plan: Plan } & AsyncDisposable> {
  const { memory } = context;
  const { content, styles, network } = features.tensors;
  const asked = askedBy(activeTerms(options), options.pyramid);
  const places = placesOf(styles.map(({ where }) => where));
  const demand = { size: content, network, ...asked, places, held };
  const engine = await context.engine();

  const within = async (scratch: Evaluating["scratch"]) => {
    const plan = planFor({ ...demand, scratch: scratch !== undefined }, memory);
    if (!plan.reductions) {
      const parts = await partsOf(options, features, network);
      return { plan, ...await wholeObjective(parts, content, engine) };
    }
    await using failing = new AsyncDisposableStack();
    const [{ slopes: grid }] = plan.reductions;
    const apart = scratch && asked.contentLayers.length > 0
      ? failing.use(await contentsInFile(features, asked.contentLayers, grid, network, engine, await scratch()))
      : undefined;
    const parts = await partsOf(options, features, network, apart);
    const contents = apart ?? contentsInMemory(parts.targets.content, grid, network);
    const objective = await tiledObjective(parts, content, plan.reductions, contents, engine);
    failing.move();
    return { plan, ...objective };
  };
  try {
    return await within(context.scratch);
  } catch (error) {
    if (!(error instanceof ScratchFailure)) throw error;
    const message = `the photograph's features stay in memory: ${messageOf(error)}`;
    context.report({ kind: "warning", message });
    return await within(undefined);
  }
}

/**
 * How the objective of a run is evaluated for a picture of a size, without reading anything.
 *
 * @throws {UserError} where the memory does not suffice.
 */
export function planObjective(
  options: ObjectiveOptions,
  picture: Pick<Demand, "network" | "size" | "places" | "scratch">,
  memory?: number,
): Plan {
  return planFor({ ...picture, ...askedBy(activeTerms(options), options.pyramid), held: heldTensors }, memory);
}

/** The objective of a picture that is seen at once: one graph for all of it. */
async function wholeObjective(parts: ObjectiveParts, { width, height }: Size, engine: Engine) {
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
