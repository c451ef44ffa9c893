import { messageOf } from "../base/errors.ts";
import { type Scratch, ScratchFailure } from "../base/scratch.ts";
import type { Objective } from "./objective.ts";
import type { Features } from "./features.ts";
import { termsOfPictures } from "./of_pictures.ts";
import type { Machine } from "./targets.ts";
import type { Cluster } from "../base/cluster.ts";
import { clusterObjective, layoutFor } from "./cluster/cluster_objective.ts";
import { isDivided } from "./cluster/layout.ts";
import { partsOf, sizesOf } from "./parts.ts";
import { activeTerms, askedBy, type ObjectiveOptions } from "./terms.ts";
import { contentsInFile, contentsInMemory } from "./tiles/contents.ts";
import { tiledObjective } from "./tiles/tiled_objective.ts";
import { type Demand, placesOf, type Plan, planFor, planTiles } from "./tiles/plan.ts";
import { wholeObjective } from "./whole_objective.ts";

/**
 * Tensors of the picture's size that a run holds while it evaluates: image and gradient of both points of a step, the
 * direction between them, and two that the optimiser remembers at the least; two more for what it works in, and for
 * what is no longer needed and not collected yet.
 */
export const heldTensors = 9;

/** The machine that evaluates an objective, its scratch file, and its reports. */
interface Evaluating extends Machine {
  /** What paints a picture in tiles; absent if none is. */
  readonly cluster?: Cluster;
  /** Opens a file for what does not fit into the memory; absent if none may be made. */
  readonly scratch?: () => Promise<Scratch>;
  /** Reports a warning. */
  report(event: { readonly kind: "warning"; readonly message: string }): void;
}

/**
 * Makes the evaluation of an objective within a memory: of the picture at once, or window by window.
 *
 * @param held Number of tensors of the picture's size that the run holds beside.
 * @throws {UserError} if the memory does not suffice.
 */
export async function evaluationOf(
  options: ObjectiveOptions,
  features: Features,
  held: number,
  context: Evaluating,
): Promise<Pick<Objective, "evaluate" | "terms" | "tiles"> & { readonly plan: Plan } & AsyncDisposable> {
  const { memory } = context;
  const { content, styles, network } = features.tensors;
  const asked = askedBy(activeTerms(options), options.pyramid, network, sizesOf(features.tensors));
  const places = placesOf(styles.map(({ where }) => where));
  const demand = { size: content, network, ...asked, places, held };
  const engine = await context.engine();

  const noContents = { energies: new Map<string, number>() };
  const terms: Objective["terms"] = async (images, photographs, together) =>
    await termsOfPictures(images, photographs, together, await partsOf(options, features, network, noContents));

  const { cluster } = context;
  if (cluster && isDivided(content, cluster.side)) {
    const layout = layoutFor(options, network, sizesOf(features.tensors), cluster.side);
    const plan = planTiles(
      { ...demand, scratch: context.scratch !== undefined },
      layout.levels.map(({ grid }) => grid),
      cluster.local,
      memory,
    );
    const tiles = await clusterObjective(options, features, layout, cluster, engine);
    const evaluate = () => Promise.reject(new Error("The picture lies in tiles"));
    return { plan, terms, tiles, evaluate, [Symbol.asyncDispose]: () => tiles[Symbol.asyncDispose]() };
  }

  const within = async (scratch: Evaluating["scratch"]) => {
    const plan = planFor({ ...demand, scratch: scratch !== undefined }, memory);
    if (!plan.reductions) {
      const parts = await partsOf(options, features, network);
      return { plan, terms, ...await wholeObjective(parts, content, engine) };
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
    return { plan, terms, ...objective };
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
 * Plans how the objective of a run is evaluated for a picture of a size, without reading anything.
 *
 * @throws {UserError} if the memory does not suffice.
 */
export function planObjective(
  options: ObjectiveOptions,
  picture: Pick<Demand, "network" | "size" | "places" | "scratch">,
  memory?: number,
  cluster?: Pick<Cluster, "side" | "local">,
): Plan {
  const { network, size } = picture;
  const asked = askedBy(activeTerms(options), options.pyramid, network, [size]);
  if (cluster && isDivided(size, cluster.side)) {
    const { levels } = layoutFor(options, network, [size], cluster.side);
    return planTiles(
      { ...picture, ...asked, held: heldTensors },
      levels.map(({ grid }) => grid),
      cluster.local,
      memory,
    );
  }
  return planFor({ ...picture, ...asked, held: heldTensors }, memory);
}
