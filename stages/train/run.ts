import { randomFrom } from "../../base/random.ts";
import { replaceAtomically } from "../../base/files.ts";
import { messageOf, UserError } from "../../base/errors.ts";
import { display } from "../../base/read.ts";
import { rescue, rescued } from "../../base/rescue.ts";
import { placed } from "../../chain/chain.ts";
import type { Context } from "../../chain/stage.ts";
import { fromTensor, toTensor } from "../../networks/input.ts";
import type { Painter } from "../../networks/painter.ts";
import type { StyleTensor } from "../../objective/tensors.ts";
import type { Objective } from "../../objective/objective.ts";
import { muon } from "../../optimisers/muon.ts";
import { descend } from "../../optimisers/descend.ts";
import { checkFinite } from "../../optimisers/finite.ts";
import {
  checkpointEvery,
  eachStep,
  interruptionBy,
  keepBest,
  keepPlace,
  stopAfter,
  type Terms,
  timed,
} from "../../optimisers/handlers/mod.ts";
import { stepsFrom } from "../../optimisers/steps_from.ts";
import { repainted } from "../../painters/repainting.ts";
import { longerSide } from "../../pictures/picture.ts";
import { loadPicture, type PictureFile, usualPixelLimit } from "../../pictures/read_picture.ts";
import { openLearner } from "../../weights/any_painter.ts";
import { openPainter, shippedPainter, writePainter } from "../../weights/painter_file.ts";
import { checkpointOf, type Descent, restoredDescent } from "../optimise/descent.ts";
import type { Painted } from "../optimise.ts";
import { openCrops } from "./crops.ts";
import { adjusted, type Emphasis, firstEmphasis, isDue } from "./emphasis.ts";
import { type Ends, openMeasuring } from "./measure.ts";
import type { TrainOptions } from "./options.ts";
import { kernelMatrices, openOrthogonaliser } from "./orthogonal.ts";
import { pacing, phaseAt, phasesFor } from "./phases.ts";
import { programsOf } from "./program.ts";
import { bestRow, painterOf, weightsOf } from "./weights.ts";

/** What the user can do if the painter cannot be written. */
export const elsewhere = "name another painter with `train.painter`";

/** What a checkpoint holds beside the descent. */
interface TrainingNotes {
  readonly emphasis: Emphasis;
  /** So that the optimiser's descent is made once, however often the training is interrupted. */
  readonly ends?: Ends;
}

/** How much larger the steps of kernels are, which Muon moves: of 1, 3, 8 and 16 the best after 540 steps. */
const kernelPace = 16;

/** Trains a painter of an objective, which goes to a path, and paints the preset's own photograph with it. */
export async function trainingRun(
  objective: Objective,
  options: TrainOptions,
  path: string,
  context: Context,
): Promise<Painted> {
  const { compute, keeping: { checkpoints, sendAhead }, position, report, signal, writing } = context;
  const { content, styles, pictures, network } = objective.begin();
  refuseUnlearnable(pictures.painted !== undefined, styles);
  const engine = await compute.engine();
  const base = await (options.from === "" ? openPainter(shippedPainter) : openLearner(new URL(options.from)));
  const crops = await openCrops(photographsOf(options, context));
  const phases = phasesFor(options.steps);
  await using programs = programsOf(base.architecture, objective, network, engine);

  const restored = checkpoints?.restored;
  const kept = restored?.notes as Partial<TrainingNotes> | undefined;
  const start = async () => {
    if (base.rows.length > 1) {
      report({ kind: "note", message: `looking for the nearest of ${base.rows.length} styles to start from` });
    }
    const program = await programs.of(phases[0]);
    return weightsOf(base, await bestRow(base, program, crops, phases[0], options.seed, signal));
  };
  const descent = restored ? await restoredDescent(restored) : begunAt(await start());

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
  const measuring = openMeasuring(objective, content, contentWeights, { signal, known: kept?.ends });
  let share: number | undefined;
  let emphasis = kept?.emphasis ??
    { value: options.content === "even" ? firstEmphasis : options.content, step: 0 };
  /** Between two steps: one that is interrupted here goes on from here, and measures again. */
  const weigh = async () => {
    const { step } = descent;
    if (options.content !== "even" || step === options.steps || !isDue(emphasis, step, options.steps)) return;
    const measured = await measuring.measure((await painted()).image.data);
    if (!measured) return;
    share = measured.share;
    emphasis = adjusted(emphasis, step, measured.distance);
  };

  const keep = async () => {
    const { notes, ...checkpoint } = checkpointOf(descent, position, undefined);
    const own: TrainingNotes = { emphasis, ends: measuring.ends };
    await checkpoints?.save({ ...checkpoint, notes: { ...notes, ...own } });
  };
  const write = (to = path) => replaceAtomically(to, (temporary) => writePainter(temporary, painter()), elsewhere);
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
  // What was learnt is kept first: the painter's place may be full. A start may have been looked for in vain.
  if (descent.step > 0) await keep();
  await write().catch(async (error) => {
    const place = await rescue(path, error, write);
    const resumable = await checkpoints?.resumable() ?? false;
    throw rescued(error, place, { exitCode: interruption.happened ? 130 : 1, resumable });
  });
  report({ kind: "note", message: `${interruption.happened ? "the painter so far" : "painter"}: ${path}` });
  return await painted();
}

/** A descent from weights. */
function begunAt(weights: Float32Array): Descent {
  const best = { image: weights, value: Infinity, terms: {} };
  return { step: 0, done: false, setbacks: 0, first: Infinity, recent: [], before: [], best };
}

/** Opens one photograph after another. */
async function* photographsOf({ photographs }: TrainOptions, { signal, report }: Context): AsyncGenerator<PictureFile> {
  for (const url of photographs) {
    const remark = (message: string) => report({ kind: "warning", message: `${display(new URL(url))}: ${message}` });
    yield await loadPicture(url, { pixelLimit: usualPixelLimit, signal, remark });
  }
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
