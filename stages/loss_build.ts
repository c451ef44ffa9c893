import { constant, gradient, input, type Shape } from "../graph/mod.ts";
import type { Engine } from "../engines/engine.ts";
import { layerNames, networks } from "../networks/network.ts";
import { messageOf } from "../base/errors.ts";
import type { Features } from "./feature_extract.ts";
import { ScratchFailure } from "../base/files.ts";
import type { Loss } from "../objective/losses/loss.ts";
import {
  activeTerms,
  askedBy,
  judge,
  lookAtAll,
  type Setting,
  settingOf,
  weightedSum,
} from "../objective/objective.ts";
import type { Tensors } from "./mean_subtract.ts";
import type { Outline, Size } from "../pictures/picture.ts";
import { meanOf } from "../pictures/plane.ts";
import type { ValueSchema } from "../chain/schema.ts";
import type { Compute, Context, Stage } from "../chain/stage.ts";
import { termFaults } from "../objective/term_faults.ts";
import { contentsInFile, contentsInMemory } from "../objective/tiles/contents.ts";
import { tiledObjective } from "../objective/tiles/objective.ts";
import { type Demand, type Plan, planFor } from "../objective/tiles/plan.ts";

/** Options of loss-build. */
export interface LossBuildOptions {
  /** α of the paper: multiplies every term that sees the content. */
  readonly contentWeight: number;
  /** β of the paper: multiplies every term that sees a style. */
  readonly styleWeight: number;
  /** How many times the picture is halved: at each size, style terms see its statistics again. */
  readonly pyramid: number;
  /** Several styles at one place: one target of their mixed statistics, or each one's losses in its share. */
  readonly blend: "statistics" | "losses";
  /** The terms of the objective by names of the author's choice. */
  readonly terms: Readonly<Record<string, Term>>;
}

/** One term of the objective; further keys are the options of its loss. */
export interface Term {
  /** The loss. */
  readonly loss: Loss;
  /** Multiplies the term. */
  readonly weight: number;
  /** Layers with their weights, for a loss that sees features. */
  readonly layers?: Readonly<Record<string, number>>;
  /** An option of its loss. */
  readonly [option: string]: unknown;
}

/** The objective at one image. */
export interface Evaluation {
  /** Σ of the weighted terms. */
  readonly value: number;
  /** Every term by `name/layer` (or its name alone), its weights left out. */
  readonly terms: Readonly<Record<string, number>>;
  /** d value / d image, in the image's own layout. */
  readonly gradient: Float32Array;
}

/** What loss-build gives: the objective as a function of an image [1, 3, H, W] in the network's convention. */
export interface Objective {
  /** What a descent begins with: given once, since a large picture's tensors are not to be held while it lasts. */
  begin(): Tensors;
  /** What its evaluation takes. */
  readonly plan: {
    /** The peak memory of the run, in bytes, without what the optimiser remembers of earlier steps. */
    readonly bytes: number;
  };
  /** The objective at an image. */
  evaluate(image: Float32Array): Promise<Evaluation>;
}

/**
 * Tensors of the picture's size that a run holds while it evaluates: image and gradient of both points of a step, the
 * direction between them, and two that the optimiser remembers at the least; two more for what it works in, and for
 * what is no longer needed and not collected yet.
 */
const heldTensors = 9;

const layerWeight: ValueSchema = { type: "number", minimum: 0, description: "weight of the layer" };

const allLayers = new Set(Object.values(networks).flatMap(layerNames)).values().toArray().sort();

/** Builds the objective from its terms. */
export const lossBuild = {
  name: "loss-build",
  description: "builds the objective, with its gradient, from content, style and other terms",
  takes: "features",
  gives: "objective",
  options: {
    contentWeight: {
      type: "number",
      minimum: 0,
      default: 1,
      flag: "content-weight",
      description: "α: how much the photograph counts",
    },
    styleWeight: {
      type: "number",
      minimum: 0,
      default: 1,
      flag: "style-weight",
      description: "β: how much the painting counts",
    },
    pyramid: {
      type: "integer",
      minimum: 0,
      maximum: 6,
      default: 0,
      flag: "pyramid",
      description: "compare styles also at the picture's half size, quarter and so on, so many times: larger strokes",
    },
    blend: {
      type: "string",
      enum: ["statistics", "losses"],
      default: "statistics",
      description: "several paintings: statistics mixes them into one target, losses asks for each in its share",
    },
    terms: {
      type: "object",
      description: "the terms of the objective by names of your choice",
      default: {},
      additionalProperties: {
        type: "object",
        description: "one term",
        plugin: { kind: "loss" },
        properties: {
          weight: { type: "number", minimum: 0, default: 1, description: "multiplies the term" },
          layers: {
            type: "object",
            whole: true,
            description: "layers with their weights, such as conv3_1: 1",
            // Named for an editor's completion; which of them there are, the network says.
            properties: Object.fromEntries(allLayers.map((layer) => [layer, layerWeight])),
            additionalProperties: layerWeight,
          },
        },
      },
    },
  },
  faults: (options, settings) => {
    const ofTerms = Object.entries(options.terms).flatMap(([name, term]) => termFaults(name, term, settings));
    if (ofTerms.length > 0 || activeTerms(options).length > 0) return ofTerms;
    return [{
      path: "terms",
      message: "must hold at least one term with a weight above 0",
      hint: `build on the preset "painting", or add a content and a style term`,
    }];
  },
  checkMemory: (options, { sizes, places }: Outline, { network, memory, scratch: opens }) => {
    // The finest asks for the most: what is said of it is what helps.
    const scratch = opens !== undefined;
    for (const size of sizes.toReversed()) planObjective(options, { network, size, places, scratch }, memory);
  },
  create: (options) =>
    async function lossBuild(features, context) {
      const evaluation = await evaluationOf(options, features, heldTensors, {
        ...context.compute,
        report: context.report,
      });
      context.disposeLater(evaluation);
      const beginning = [beginningOf(features.tensors)];
      return {
        begin() {
          const tensors = beginning.pop();
          if (!tensors) throw new Error("A descent has begun with it before");
          return tensors;
        },
        plan: evaluation.plan,
        evaluate: evaluation.evaluate,
      };
    },
} satisfies Stage<Features, Objective, LossBuildOptions>;

/** What a descent begins with. The content has been looked at: where the scale before gave a start, it is let go. */
function beginningOf(tensors: Tensors): Tensors {
  const { content, previous } = tensors;
  if (!previous) return tensors;
  return { ...tensors, content: { ...content, data: new Float32Array(0) }, styles: [], start: undefined };
}

/**
 * An objective as it is evaluated within a memory: at once, or window by window.
 *
 * @param held Tensors of the picture's size that the run holds beside.
 * @throws {UserError} where the memory does not suffice.
 */
export async function evaluationOf(
  options: LossBuildOptions,
  features: Features,
  held: number,
  context: Pick<Compute, "memory" | "engine" | "scratch"> & Pick<Context, "report">,
): Promise<Pick<Objective, "evaluate"> & { readonly plan: Plan } & AsyncDisposable> {
  const { memory } = context;
  const { content, styles, network } = features.tensors;
  const asked = askedBy(activeTerms(options), options.pyramid);
  const places = new Set(styles.map(({ where }) => where).filter((where) => where && meanOf(where) > 0)).size;
  const demand = { size: content, network, ...asked, places, held };
  const engine = await context.engine();

  const within = async (scratch: Compute["scratch"]) => {
    const plan = planFor({ ...demand, scratch: scratch !== undefined }, memory);
    if (!plan.levels) {
      const setting = await settingOf(options, features, network);
      return { plan, ...await wholeObjective(setting, content, engine) };
    }
    await using failing = new AsyncDisposableStack();
    const [{ slopes: grid }] = plan.levels;
    const apart = scratch && asked.contentLayers.length > 0
      ? failing.use(await contentsInFile(features, asked.contentLayers, grid, network, engine, await scratch()))
      : undefined;
    const setting = await settingOf(options, features, network, apart);
    const contents = apart ?? contentsInMemory(setting.targets.content, grid, network);
    const objective = await tiledObjective(setting, content, plan.levels, contents, engine);
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
  options: LossBuildOptions,
  picture: Pick<Demand, "network" | "size" | "places" | "scratch">,
  memory?: number,
): Plan {
  return planFor({ ...picture, ...askedBy(activeTerms(options), options.pyramid), held: heldTensors }, memory);
}

/** The objective of a picture that is seen at once: one graph for all of it. */
async function wholeObjective(setting: Setting, { width, height }: Size, engine: Engine) {
  const image = input("image", [1, 3, height, width]);
  const content = (layer: string, shape: Shape) => constant(setting.targets.content.get(layer)!.data, shape);
  const sight = await lookAtAll(image, setting, content);
  const values = [...sight.values, ...judge(setting, sight.statistics)];
  const total = weightedSum(values);
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
