import { fileURLToPath, pathToFileURL } from "node:url";
import { checkWritable } from "../base/files.ts";
import { UserError } from "../base/errors.ts";
import type { Subject } from "../chain/recipe.ts";
import type { Stage } from "../chain/stage.ts";
import type { Objective } from "../objective/objective.ts";
import { keepOtherKinds } from "../weights/keep_other_kinds.ts";
import type { Painted } from "./optimise.ts";
import type { TrainOptions } from "./train/options.ts";
import { stepsPerMinute } from "./train/phases.ts";
import { elsewhere, trainingRun } from "./train/run.ts";

/** Trains a painter with the objective of a preset, and paints the preset's own photograph with it. */
export const train = {
  name: "train",
  description: "trains a painter: a network that paints any photograph in one pass as the preset would",
  takes: "objective",
  gives: "painted",
  takesLast: "scale",
  computes: true,
  options: {
    painter: {
      type: "string",
      minLength: 1,
      default: "{preset}.painter",
      location: "write",
      description: "the painter that is made; {preset} is the preset's name",
    },
    from: {
      type: "string",
      default: "",
      location: "read",
      description: "a painter to start from; the one that ships unless given",
    },
    photographs: {
      type: "array",
      default: [],
      items: { type: "string", minLength: 1, location: "read", description: "path or URL of a photograph" },
      description: "photographs to learn with, ten or more of them; the preset's own stays for the sample",
    },
    steps: {
      type: "integer",
      minimum: 1,
      maximum: 1_000_000,
      default: 10 * stepsPerMinute,
      description: "steps of training, each with a batch of crops; ten minutes of them unless given",
    },
    learningRate: {
      type: "number",
      exclusiveMinimum: 0,
      default: 1e-3,
      description:
        "the greatest step of a style's own numbers, by Adam; that of kernels, by Muon, is sixteen times as " +
        "large; both fall to a twentieth",
    },
    content: {
      anyOf: [{ type: "number", exclusiveMinimum: 0 }, { type: "string", enum: ["even"] }],
      default: "even",
      description:
        "how much more the content terms count than the preset says (at 1 a painter gives up the photograph), or even, " +
        "which brings the sample as near to its photograph as the optimiser's picture is",
    },
    seed: {
      type: "integer",
      minimum: 0,
      maximum: 2 ** 32 - 1,
      default: 0,
      description: "seed of the crops and of their grain: the same one gives the same painter",
    },
    checkpoint: {
      type: "number",
      minimum: 0,
      default: 60,
      description: "seconds between checkpoints, when the painter so far and a sample are written; 0 for none",
    },
  },
  faults: ({ photographs }) =>
    photographs.length > 0 ? [] : [{
      path: "photographs",
      message: "is missing",
      hint: "name ten or more to learn from with `train.photographs`",
      missing: true,
    }],
  output: painterPath,
  prepare: async (options, { inputs, subject }) => {
    const path = painterPath(options, subject);
    if (inputs.has(pathToFileURL(path).href)) {
      throw new UserError(`Cannot write ${path}: the run reads it`, { hint: elsewhere, exitCode: 2 });
    }
    await checkWritable(path, elsewhere);
    await keepOtherKinds(path, "painter", elsewhere);
  },
  create: (options) =>
    async function train(objective, context) {
      return await trainingRun(objective, options, painterPath(options, context.writing.subject), context);
    },
} satisfies Stage<Objective, Painted, TrainOptions>;

/** Path of the painter that a training makes. */
export function painterPath({ painter }: TrainOptions, { preset }: Pick<Subject, "preset">): string {
  const named = painter.replaceAll("{preset}", preset);
  return named.startsWith("file:") ? fileURLToPath(named) : named;
}

/** Where the sample of a painter lies: beside it. */
export function samplePath(painter: string): string {
  return `${painter.replace(/\.[^./\\]*$/, "")}-sample.png`;
}
