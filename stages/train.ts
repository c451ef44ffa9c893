import { fileURLToPath, pathToFileURL } from "node:url";
import { randomFrom } from "../base/random.ts";
import { checkWritable, replaceAtomically } from "../base/files.ts";
import { messageOf, UserError } from "../base/errors.ts";
import { display } from "../base/read.ts";
import { placed } from "../chain/chain.ts";
import type { Subject } from "../chain/recipe.ts";
import type { Context, Stage } from "../chain/stage.ts";
import { fromTensor, toTensor } from "../networks/input.ts";
import type { Painter } from "../networks/painter.ts";
import type { StyleTensor } from "../objective/tensors.ts";
import type { Objective } from "../objective/objective.ts";
import { muon } from "../optimisers/muon.ts";
import { descend } from "../optimisers/descend.ts";
import { checkFinite } from "../optimisers/finite.ts";
import {
  checkpointEvery,
  eachStep,
  interruptionBy,
  keepBest,
  keepPlace,
  stopAfter,
  type Terms,
  timed,
} from "../optimisers/handlers/mod.ts";
import { stepsFrom } from "../optimisers/steps_from.ts";
import { repainted } from "../painters/repainting.ts";
import { longerSide } from "../pictures/picture.ts";
import { loadPicture, type PictureFile, usualPixelLimit } from "../pictures/read_picture.ts";
import { openLearner } from "../weights/any_painter.ts";
import { keepOtherKinds } from "../weights/keep_other_kinds.ts";
import { openPainter, shippedPainter, writePainter } from "../weights/painter_file.ts";
import { checkpointOf, type Descent, restoredDescent } from "./optimise/descent.ts";
import type { Painted } from "./optimise.ts";
import { openCrops } from "./train/crops.ts";
import { pacing, phaseAt, phasesFor, stepsPerMinute } from "./train/phases.ts";
import { kernelMatrices, openOrthogonaliser } from "./train/orthogonal.ts";
import { programsOf } from "./train/program.ts";
import { adjusted, type Emphasis, firstEmphasis, isDue } from "./train/emphasis.ts";
import { type Ends, openMeasuring } from "./train/measure.ts";
import { bestRow, painterOf, weightsOf } from "./train/weights.ts";

/** Options of train. */
export interface TrainOptions {
  /** Path of the painter that it makes. */
  readonly painter: string;
  /** URL of the painter that it starts from; empty for the one that ships. */
  readonly from: string;
  /** URLs of the photographs that it learns with. */
  readonly photographs: readonly string[];
  /** Steps, each with a batch of crops. */
  readonly steps: number;
  /** The greatest step of Adam; kernels, which Muon moves, take larger ones. */
  readonly learningRate: number;
  /** How much more the content terms count than the preset says; `even` brings the sample as near as the optimiser does. */
  readonly content: number | "even";
  /** Seed of the crops, and of the places of their grain. */
  readonly seed: number;
  /** Seconds between checkpoints, at each of which painter and sample are written; 0 for none. */
  readonly checkpoint: number;
}

/** What a checkpoint holds beside the descent. */
interface TrainingNotes {
  readonly emphasis: Emphasis;
  /** So that the optimiser's descent is made once, however often the training is interrupted. */
  readonly ends?: Ends;
}

/** What the user can do if the painter cannot be written. */
const elsewhere = "name another painter with `train.painter`";

/** How much larger the steps of kernels are, which Muon moves: of 1, 3, 8 and 16 the best after 540 steps. */
const kernelPace = 16;

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
      const { compute, keeping: { checkpoints, sendAhead }, position, report, signal, writing } = context;
      const path = painterPath(options, writing.subject);
      const { content, styles, pictures, network } = objective.begin();
      refuseUnlearnable(pictures.painted !== undefined, styles);
      const engine = await compute.engine();
      const base = await (options.from === "" ? openPainter(shippedPainter) : openLearner(new URL(options.from)));
      const crops = await openCrops(photographsOf(options, context));
      const phases = phasesFor(options.steps);
      await using programs = programsOf(base.architecture, objective, network, engine);

      const restored = checkpoints?.restored;
      if (!restored && base.rows.length > 1) {
        report({ kind: "note", message: `looking for the nearest of ${base.rows.length} styles to start from` });
      }
      const descent: Descent = restored ? await restoredDescent(restored) : {
        step: 0,
        done: false,
        setbacks: 0,
        first: Infinity,
        recent: [],
        before: [],
        best: {
          image: weightsOf(base, await bestRow(base, await programs.of(phases[0]), crops, phases[0], options.seed)),
          value: Infinity,
          terms: {},
        },
      };
      const painter = (): Painter =>
        painterOf(base, descent.best.image, {
          name: writing.subject.preset,
          learnt: styles.map(({ painting = "", weight }) => ({ painting, weight })),
          styleScale: longerSide(styles[0].image) / longerSide(content),
        });
      const photograph = { width: content.width, height: content.height, data: fromTensor(content, network) };
      const painted = async (): Promise<Painted> => {
        const made = painter();
        const places = [{ row: made.rows[0].values }];
        const image = toTensor(await repainted(made, photograph, places, engine), network);
        return { image, pictures, value: descent.best.value, network };
      };
      const contentWeights = async () => (await programs.of(phaseAt(phases, descent.step))).contentWeights;
      const kept = restored?.notes as Partial<TrainingNotes> | undefined;
      const measuring = openMeasuring(objective, content, contentWeights, { signal, known: kept?.ends });
      let share: number | undefined;
      let emphasis = kept?.emphasis ??
        { value: options.content === "even" ? firstEmphasis : options.content, step: 0 };
      const write = () => replaceAtomically(path, (temporary) => writePainter(temporary, painter()), elsewhere);

      const termsAt = new WeakMap<Float32Array, Terms>();
      const interruption = interruptionBy(signal);
      const evaluate = interruption.guarded(async (weights: Float32Array) => {
        const { step } = descent;
        const phase = phaseAt(phases, step);
        const program = await programs.of(phase);
        // Numbers of its own for each step: a run that goes on sees what an unbroken one sees.
        const random = randomFrom(options.seed + 7919 * (step + 1));
        const judged = await program.judge(weights, crops.batch(phase, random), emphasis.value, random);
        checkFinite(judged, `at step ${step + 1} of the training`);
        termsAt.set(judged.gradient, judged.terms);
        return judged;
      });
      const { learningRate } = options;
      const settings = { learningRate, matrixRate: kernelPace * learningRate, averaging: 0.995 };
      await using matrices = await openOrthogonaliser(kernelMatrices(base.architecture), engine);
      const pace = pacing(options.steps);
      const steps = stepsFrom(
        descent,
        (start, resumption) => muon(evaluate, start, settings, matrices, { ...resumption, pace }),
      );
      const began = performance.now();
      const { side: width, side: height } = phases[0];
      const keep = async () => {
        const { notes, ...checkpoint } = checkpointOf(descent, position, undefined);
        const own: TrainingNotes = { emphasis, ends: measuring.ends };
        await checkpoints?.save({ ...checkpoint, notes: { ...notes, ...own } });
      };
      const save = async () => {
        await keep();
        await write().catch((error) => {
          report({ kind: "warning", message: `${messageOf(error)}; the training goes on without the painter so far` });
        });
        const sample = await painted();
        await sendAhead(sample, { label: "", terms: descent.best.terms });
        const { ends } = measuring;
        share = (await measuring.measure(sample.image.data))?.share;
        if (measuring.ends !== ends) await keep();
      };
      /** Between two steps: one that is interrupted here goes on from here, and measures again. */
      const weigh = async () => {
        const { step } = descent;
        if (options.content !== "even" || step === options.steps || !isDue(emphasis, step, options.steps)) return;
        const measured = await measuring.measure((await painted()).image.data);
        if (!measured) return;
        share = measured.share;
        emphasis = adjusted(emphasis, step, measured.distance);
      };
      // A training that is done needs its painter written alone.
      if (descent.step < options.steps) {
        await weigh();
        await descend(steps, [
          interruption.stopWhenInterrupted,
          keepPlace(descent),
          keepBest(descent, ({ gradient }) => termsAt.get(gradient) ?? {}),
          timed(({ value, gradient }, pace) =>
            report({
              kind: "step",
              stage: "train",
              ...placed(position),
              ...{ width, height, step: descent.step, steps: options.steps, value },
              terms: termsAt.get(gradient) ?? {},
              share,
              seconds: (performance.now() - began) / 1000,
              secondsLeft: pace * (options.steps - descent.step),
            })
          ),
          stopAfter(options.steps, descent),
          eachStep(weigh),
          checkpointEvery(options.checkpoint, {
            due: (seconds) => !signal?.aborted && (checkpoints?.due(seconds) ?? false),
            save,
          }),
        ]);
      }
      // What was learnt is kept first: the painter's place may be full.
      await keep();
      await write();
      report({ kind: "note", message: `${interruption.happened ? "the painter so far" : "painter"}: ${path}` });
      return await painted();
    },
} satisfies Stage<Objective, Painted, TrainOptions>;

/** Opens one photograph after another. */
async function* photographsOf({ photographs }: TrainOptions, { signal, report }: Context): AsyncGenerator<PictureFile> {
  for (const url of photographs) {
    const remark = (message: string) => report({ kind: "warning", message: `${display(new URL(url))}: ${message}` });
    yield await loadPicture(url, { pixelLimit: usualPixelLimit, signal, remark });
  }
}

/** Path of the painter that a training makes. */
export function painterPath({ painter }: Pick<TrainOptions, "painter">, { preset }: Pick<Subject, "preset">): string {
  const named = painter.replaceAll("{preset}", preset);
  return named.startsWith("file:") ? fileURLToPath(named) : named;
}

/** Where the sample of a painter lies: beside it. */
export function samplePath(painter: string): string {
  return `${painter.replace(/\.[^./\\]*$/, "")}-sample.png`;
}

/**
 * Refuses what a painter cannot hold: it has one style for all of any picture.
 *
 * @throws {UserError} if styles depend on the photograph.
 */
function refuseUnlearnable(masked: boolean, styles: readonly StyleTensor[]): void {
  const refuse = (reason: string, hint: string) =>
    new UserError(`A painter cannot learn this preset: ${reason}`, { hint, exitCode: 2 });
  if (masked || styles.some(({ where }) => where)) {
    throw refuse("its masks belong to one photograph", "train a painter of each painting, and mask when you paint");
  }
  if (styles.some(({ painting }) => painting === undefined)) {
    throw refuse(
      "its paintings are not taken as they are",
      "leave out pictureMask and styleColours; deprocess.colours keeps a photograph's colours",
    );
  }
}
