import { checkSound } from "./blow_up.ts";
import { advance, checkpointOf, type Descent, freshDescent, restoredDescent, stalled } from "./descent.ts";
import { UserError } from "./errors.ts";
import type { Evaluation, Objective } from "./loss_build.ts";
import type { ImageTensor } from "./mean_subtract.ts";
import { BlowUp } from "./optimisers/finite.ts";
import { type OptimiserEntry, optimiserOf, optimisers } from "./optimisers/mod.ts";
import type { Course, Iterate } from "./optimisers/optimiser.ts";
import type { Frame } from "./picture.ts";
import type { ScaleReport } from "./report.ts";
import { namedSchema, objectSchema } from "./schema.ts";
import type { Context, Stage } from "./stage.ts";
import { startImage, type StartOptions, startSchema } from "./start_image.ts";

/** Options of optimise; each optimiser has a section of its own beside them. */
export interface OptimiseOptions {
  /** The optimiser: its name, or the address of a module. */
  readonly optimiser: OptimiserEntry;
  /** Steps at each scale, coarse to fine: one number for all, or a list whose last one serves the rest. */
  readonly iterations: number | readonly number[];
  /** A scale ends early where ten steps lower the objective by less than this share of it. */
  readonly tolerance: number;
  /** Where the first scale starts. */
  readonly start: StartOptions;
  /** Seed of everything random. */
  readonly seed: number;
  /** A snapshot of the picture every so many steps; 0 for none. */
  readonly snapshots: number;
  /** Seconds between checkpoints; 0 for none. */
  readonly checkpoint: number;
  /** The options of each optimiser under its name. */
  readonly [optimiser: string]: unknown;
}

/** What optimise gives: the best image that it found. */
export interface Painted {
  /** The image, in the network's convention. */
  readonly image: ImageTensor;
  /** The pictures of its scale. */
  readonly pictures: Frame;
  /** Value of the objective there. */
  readonly value: number;
}

type Terms = Evaluation["terms"];

/** Thrown through an optimiser to end it between two evaluations. */
const interrupted = new Error("interrupted");

/** How often smaller steps are tried after a value that is not finite, and by how much smaller they are. */
const mostSetbacks = 3;
const smaller = 0.1;

/** Lowers the objective step by step, and keeps the best image. */
export const optimise = {
  name: "optimise",
  description: "looks for the image that minimises the objective",
  takes: "objective",
  gives: "painted",
  perScale: true,
  options: {
    optimiser: {
      ...namedSchema("optimiser", Object.keys(optimisers)),
      default: "lbfgs",
      flag: "optimiser",
      description: Object.values(optimisers).map(({ name, description }) => `${name}: ${description}`).join("; "),
    },
    iterations: {
      anyOf: [
        { type: "integer", minimum: 1, maximum: 1_000_000 },
        { type: "array", items: { type: "integer", minimum: 1, maximum: 1_000_000 }, minItems: 1 },
      ],
      default: 200,
      flag: "iterations",
      description: "steps at each scale, coarse to fine: a number, or a list whose last one serves the rest",
    },
    tolerance: {
      type: "number",
      minimum: 0,
      maximum: 1,
      default: 0.001,
      flag: "tolerance",
      description: "a scale ends early where ten steps lower the objective by less than this share of it",
    },
    start: startSchema,
    seed: {
      type: "integer",
      minimum: 0,
      maximum: 2 ** 32 - 1,
      default: 0,
      flag: "seed",
      description: "seed of the noise: the same one gives the same picture",
    },
    snapshots: {
      type: "integer",
      minimum: 0,
      default: 0,
      flag: "snapshots",
      description: "write the picture so far every so many steps; 0 for never",
    },
    checkpoint: {
      type: "number",
      minimum: 0,
      default: 60,
      flag: "checkpoint",
      description: "seconds between the checkpoints from which --resume goes on; 0 for none",
    },
    ...Object.fromEntries(
      Object.values(optimisers).map(({ name, options }) => [
        name,
        { ...objectSchema(options), default: {}, description: `options of ${name}` },
      ]),
    ),
  },
  create: (options) => {
    const began = performance.now();
    let before: readonly ScaleReport[] = [];

    return async function optimise(objective, context) {
      const steps = stepsAt(options, context.scale.index);
      const clock = performance.now();

      const { checkpoints, signal } = context;
      const { pictures, size: { width, height }, descent } = await begun(objective, options, context, before);
      const stepsBefore = descent.step;
      const painted = (): Painted => ({
        image: { width, height, data: descent.best.image },
        pictures,
        value: descent.best.value,
      });
      const tell = (report: ScaleReport, scale: number) =>
        context.report({ kind: "scale", scale, scales: context.scale.count, report });
      // Of a run that goes on here: the others were told when they were done.
      if (descent.before !== before) descent.before.forEach(tell);
      /** What became of this scale. */
      const told = () => {
        const { step, best: { value, terms } } = descent;
        before = [...descent.before, { width, height, steps: step, value, terms }];
        tell(before.at(-1)!, context.scale.index);
        return painted();
      };
      /** Of an average nobody knows the value before somebody asks. */
      const judgeAverage = async () => {
        const { last, best: { image } } = descent;
        if (last?.average !== image) return;
        const { value, terms } = await objective.evaluate(image);
        descent.best = { image, value, terms };
      };
      const save = async () => {
        if (options.checkpoint === 0) return;
        await checkpoints?.save(checkpointOf(descent, context.scale.index, pictures.previous));
      };

      const termsAt = new WeakMap<Float32Array, Terms>();
      let evaluations = 0;
      const evaluate = async (image: Float32Array) => {
        // The first evaluation after a step always counts: it may be the next step already.
        if (evaluations++ > 0 && signal?.aborted) throw interrupted;
        const evaluation = await objective.evaluate(image);
        checkSound(evaluation, image, `at step ${descent.step + 1} of scale ${context.scale.index + 1}`);
        termsAt.set(evaluation.gradient, evaluation.terms);
        return evaluation;
      };

      const { optimiser, settings } = optimiserOf(options.optimiser, options);
      const descend = async () => {
        const from = () =>
          optimiser.minimise(evaluate, (descent.last ?? descent.best).image, settings, {
            from: resumable(descent.last),
            caution: smaller ** descent.setbacks,
            memory: context.memory && context.memory - objective.plan.bytes,
            size: { width, height },
          });
        for await (const iterate of from()) {
          const { value, gradient } = iterate;
          const terms = termsAt.get(gradient)!;
          descent.last = iterate;
          advance(descent, iterate, terms);
          const { step } = descent;
          const perStep = (performance.now() - clock) / (step - stepsBefore) / 1000;
          context.report({
            kind: "step",
            stage: "optimise",
            scale: context.scale.index,
            scales: context.scale.count,
            width,
            height,
            step,
            steps,
            value,
            terms,
            seconds: (performance.now() - began) / 1000,
            secondsLeft: perStep * (steps - step + laterSteps(pictures, options, context)),
          });
          if (options.snapshots > 0 && step % options.snapshots === 0) {
            await judgeAverage();
            await context.branch(painted(), { label: snapshotLabel(step, steps, context), terms: descent.best.terms });
          }
          if (step === steps || stalled(descent, options.tolerance)) break;
          if (!signal?.aborted && checkpoints?.due(options.checkpoint)) await save();
          // Lets timers and signals through where the engine itself answers without waiting.
          await new Promise((resolve) => setTimeout(resolve));
          if (signal?.aborted) return;
          evaluations = 0;
        }
        descent.done = true;
      };

      const unchanged = () => context.scale.index === 0 && (descent.recent.at(-1) ?? Infinity) >= descent.first;
      /** Makes the descent ready for another try with smaller steps, or ends the run as well as it can be ended. */
      const setBack = (blowUp: BlowUp): "again" | "over" => {
        if (descent.step > 0 && descent.setbacks < mostSetbacks) {
          descent.setbacks++;
          descent.last = undefined;
          const message = `${blowUp.message}; back to the best picture so far, with steps a tenth as long`;
          context.report({ kind: "warning", message });
          return "again";
        }
        const failed = failure(blowUp, descent, options);
        if (unchanged()) throw failed;
        context.giveUp(failed);
        return "over";
      };

      while (!descent.done) {
        try {
          await descend();
          break;
        } catch (error) {
          if (error === interrupted) break;
          if (!(error instanceof BlowUp)) throw error;
          if (setBack(error) === "over") return told();
        }
      }
      if (signal?.aborted && unchanged()) {
        throw new UserError("Interrupted before the picture changed: nothing is written", {
          hint: "a few steps later there is a picture to keep",
          exitCode: 130,
        });
      }
      await judgeAverage();
      // Of a scale that is done the best image is all that counts.
      if (descent.done) descent.last = undefined;
      await save();
      return told();
    };
  },
} satisfies Stage<"objective", "painted", OptimiseOptions>;

/** The descent at a scale, new or as it stood. What it begins with is left behind here. */
async function begun(
  objective: Objective,
  { start, seed }: OptimiseOptions,
  { checkpoints, scale }: Context,
  before: readonly ScaleReport[],
) {
  const tensors = objective.begin();
  const { pictures, content: { width, height } } = tensors;
  const restored = checkpoints?.restored?.scale === scale.index ? checkpoints.restored : undefined;
  const descent = restored ? await restoredDescent(restored) : freshDescent(startImage(tensors, start, seed), before);
  return { pictures, size: { width, height }, descent };
}

/** Where an optimiser goes on, if it said all that this takes. */
function resumable(last: Iterate | undefined): Course["from"] {
  return last?.state && { ...last, state: last.state };
}

function failure({ message }: BlowUp, { step }: Descent, options: OptimiseOptions): UserError {
  const { optimiser: { remedy } } = optimiserOf(options.optimiser, options);
  const wayOut = remedy ? `lower optimise.${placeOf(options)}.${remedy}` : "lower the weights of the terms";
  return new UserError(message, {
    hint: step === 0 ? "check the weights file, the start image and the weights of the terms" : wayOut,
  });
}

/** Where the optimiser's own options stand: one that does not ship has no section. */
function placeOf({ optimiser, ...sections }: OptimiseOptions): string {
  return typeof optimiser === "string" && Object.hasOwn(sections, optimiser) ? optimiser : "optimiser";
}

/** The steps at a scale. */
export function stepsAt({ iterations }: Pick<OptimiseOptions, "iterations">, scale: number): number {
  if (typeof iterations === "number") return iterations;
  return iterations[Math.min(scale, iterations.length - 1)];
}

/** The steps of the finer scales, counted in steps of this one: their time goes with the area. */
function laterSteps({ sizes }: Frame, options: OptimiseOptions, { scale }: Context): number {
  const area = ({ width, height }: { width: number; height: number }) => width * height;
  return sizes.slice(scale.index + 1).reduce(
    (total, size, i) => total + stepsAt(options, scale.index + 1 + i) * area(size) / area(sizes[scale.index]),
    0,
  );
}

function snapshotLabel(step: number, steps: number, { scale }: Context): string {
  const number = String(step).padStart(String(steps).length, "0");
  return scale.count > 1 ? `${scale.index + 1}-${number}` : number;
}
