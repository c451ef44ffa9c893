import { UserError } from "../base/errors.ts";
import type { ValueSchema } from "../chain/schema.ts";
import { atScale, type ScaleList } from "../chain/scale_list.ts";
import { placeIn } from "../chain/sequence.ts";
import type { Stage } from "../chain/stage.ts";
import { toTensor } from "../networks/input.ts";
import { layerNames, networks } from "../networks/network.ts";
import { evaluationOf, heldTensors, planObjective } from "../objective/evaluate.ts";
import { type Held, heldTo } from "../objective/temporal.ts";
import type { Objective } from "../objective/objective.ts";
import type { Features } from "../objective/features.ts";
import { termFaults } from "../objective/term_faults.ts";
import { activeTerms, type ObjectiveOptions } from "../objective/terms.ts";
import type { Tensors } from "../objective/tensors.ts";
import type { Outline } from "../pictures/scene.ts";

const halvings: ValueSchema = { type: "integer", minimum: 0, maximum: 6 };
const layerWeight: ValueSchema = { type: "number", minimum: 0, description: "weight of the layer" };

const allLayers = new Set(Object.values(networks).flatMap(layerNames)).values().toArray().sort();

/** Options of loss-build: those of the objective, some of them for each scale. */
export interface LossBuildOptions extends Omit<ObjectiveOptions, "pyramid"> {
  /** How many times the picture is halved, for all scales or for each, coarse to fine. */
  readonly pyramid: ScaleList;
}

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
      anyOf: [halvings, { type: "array", items: halvings, minItems: 1 }],
      default: 0,
      flag: "pyramid",
      description:
        "compare styles also at the picture's half size, quarter and so on, so many times: larger forms; for each " +
        "scale, coarse to fine, or for all; as often as the pictures allow",
    },
    margin: {
      type: "number",
      minimum: 0,
      maximum: 1,
      default: 0,
      description: "how much of what a layer sees must lie inside the picture to count in its style, at the borders: " +
        "above 0 no padding is taken for a painting",
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
  checkMemory: (options, { sizes, places }: Outline, { network, memory, scratch: opens, cluster }) => {
    const scratch = opens !== undefined;
    // The finest first: it takes the most memory, so that its error names what suffices for all.
    for (const [scale, size] of [...sizes.entries()].reverse()) {
      planObjective(objectiveAt(options, scale), { network, size, places, scratch }, memory, cluster);
    }
  },
  create: (options) =>
    async function lossBuild(features, context) {
      const { index } = placeIn(context.position, "scale");
      const evaluation = await evaluationOf(objectiveAt(options, index), features, heldTensors, {
        ...context.compute,
        report: context.report,
      });
      context.disposeLater(evaluation);
      const held = await heldBy(features.tensors);
      if (held && evaluation.tiles) {
        throw new UserError("A film cannot be painted in tiles with workers", {
          hint: "leave `tiles` out, or set `film.temporalWeight` to 0",
          exitCode: 2,
        });
      }
      const beginning = [beginningOf(features.tensors)];
      return {
        begin() {
          const tensors = beginning.pop();
          if (!tensors) throw new Error("A descent has begun with it before");
          return tensors;
        },
        plan: evaluation.plan,
        evaluate: held ? async (image) => heldTo(held, image, await evaluation.evaluate(image)) : evaluation.evaluate,
        tiles: evaluation.tiles,
        terms: evaluation.terms,
      };
    },
} satisfies Stage<Features, Objective, LossBuildOptions>;

/** The options of the objective at a scale, counted from 0. */
export function objectiveAt({ pyramid, ...options }: LossBuildOptions, scale: number): ObjectiveOptions {
  return { ...options, pyramid: atScale(pyramid, scale) };
}

/** What a frame of a film is held to; undefined if it goes on from no other, or is free. */
async function heldBy({ pictures: { frame }, network }: Tensors): Promise<Held | undefined> {
  if (!frame?.continues || frame.temporalWeight === 0) return undefined;
  const before = await frame.follow("exact");
  return before && {
    before: toTensor(before.picture, network),
    confidence: before.confidence,
    weight: frame.temporalWeight,
  };
}

/**
 * The tensors with which a descent begins. Content and styles have been looked at: if the scale before gives the start
 * image, their values are dropped.
 */
function beginningOf(tensors: Tensors): Tensors {
  const { content, previous } = tensors;
  if (!previous) return tensors;
  return { ...tensors, content: { ...content, data: new Float32Array(0) }, styles: [], start: undefined };
}
