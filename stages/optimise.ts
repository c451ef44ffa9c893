import { announcer } from "./optimise/announce.ts";
import { failureOf } from "./optimise/blow_up.ts";
import type { Descent } from "./optimise/descent.ts";
import { here } from "./optimise/here.ts";
import { inTiles } from "./optimise/in_tiles.ts";
import type { Medium } from "./optimise/medium.ts";
import { startDescent } from "./optimise/start_descent.ts";
import type { Network } from "../networks/network.ts";
import { UserError } from "../base/errors.ts";
import { TileMoved } from "../base/rounds.ts";
import type { Objective } from "../objective/objective.ts";
import type { ImageTensor } from "../pictures/tensor.ts";
import { descend } from "../optimisers/descend.ts";
import { BlowUp } from "../optimisers/finite.ts";
import {
  checkpointEvery,
  eachStep,
  interruptionBy,
  judgeAverage,
  keepBest,
  keepPlace,
  neverFell,
  setBackWhenUnsound,
  snapshotEvery,
  stopAfter,
  stopWhenStalled,
  type Terms,
  timed,
} from "../optimisers/handlers/mod.ts";
import { type OptimiserEntry, optimiserOf, optimisers } from "../optimisers/mod.ts";
import type { Iterate, Resumption } from "../optimisers/optimiser.ts";
import { stepsFrom } from "../optimisers/steps_from.ts";
import { stepsAt } from "./optimise/pace.ts";
import type { SceneInfo } from "../pictures/scene.ts";
import type { ScaleReport } from "../chain/progress.ts";
import { objectSchema } from "../chain/schema.ts";
import type { ScaleList } from "../chain/scale_list.ts";
import { type Place, placeIn } from "../chain/sequence.ts";
import type { Context, Stage } from "../chain/stage.ts";
import { type StartOptions, startSchema } from "./optimise/start_image.ts";

/** Options of optimise; each optimiser has a section of its own beside them. */
export interface OptimiseOptions {
  /** The optimiser, alone or with options of its own. */
  readonly optimiser: OptimiserEntry;
  /** Steps at each scale, coarse to fine: one number for all, or a list whose last one serves the rest. */
  readonly iterations: ScaleList;
  /** A scale ends early if ten steps lower the objective by less than this share of it. */
  readonly tolerance: number;
  /** The start image of the first scale. */
  readonly start: StartOptions;
  /** Seed of the random numbers. */
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
  /** The image's numbers, if nobody else needs their memory: it becomes that of the picture. */
  readonly spare?: Float32Array;
  /** The pictures of its scale. */
  readonly pictures: SceneInfo;
  /** Value of the objective there. */
  readonly value: number;
  /** The network in whose input convention the image is. */
  readonly network: Network;
}

/** Minimises the objective over the image, and keeps the best one. */
export const optimise = {
  name: "optimise",
  description: "looks for the image that minimises the objective",
  takes: "objective",
  gives: "painted",
  options: {
    optimiser: {
      plugin: { kind: "optimiser", alone: true, sections: true },
      whole: true,
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
      description: "seconds between the checkpoints from which a run can be resumed; 0 for none",
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
    let frame = 0;

    return async function optimise(objective, context) {
      const chosen = optimiserOf(options.optimiser, options);
      const { tiles, plan, evaluate } = objective;
      return tiles
        ? await paintIn(inTiles(tiles, chosen, context), objective, context)
        : await paintIn(here({ plan, evaluate }, chosen, context.compute.memory), objective, context);
    };

    /** Paints wherever the vectors of the descent lie. */
    async function paintIn<Vector>(
      medium: Medium<Vector>,
      objective: Objective,
      context: Context,
    ): Promise<Painted> {
      const clock = performance.now();
      const { signal, keeping } = context;
      const { checkpoints } = keeping;
      const scale = placeIn(context.position, "scale");
      // Each frame of a film has scales of its own.
      const { index } = placeIn(context.position, "frame");
      if (scale.index === 0 || index !== frame) before = [];
      frame = index;
      const { pictures, network, size, descent } = await startDescent(medium, objective, options, context, before);
      const goesOn = pictures.frame?.continues ?? false;
      const count = goesOn ? pictures.frame!.steps : stepsAt(options, scale.index);
      const tell = announcer(context, pictures.sizes, size, options, began);
      // Only in a resumed run: otherwise the coarser scales were reported when they were done.
      if (descent.before !== before) descent.before.forEach(tell.scale);

      const painted = async (): Promise<Painted> => {
        const { image, value } = descent.best;
        return { image: { ...size, data: await medium.data(image) }, pictures, value, network };
      };
      /** Reports this scale as done, and returns its result. */
      const finish = async () => {
        const result = await painted();
        const { step, best: { value, terms } } = descent;
        before = [...descent.before, { ...size, steps: step, value, terms }];
        tell.scale(before.at(-1)!, scale.index);
        return result;
      };
      const due = (seconds: number) => !signal?.aborted && (checkpoints?.due(seconds) ?? false);
      const save = async () => {
        if (options.checkpoint === 0) return;
        await checkpoints?.save(await medium.checkpoint(descent, context.position, pictures.previous));
      };
      // What goes on from a painted frame is a painting from its first step.
      const unchanged = () => scale.index === 0 && !goesOn && index === 0 && neverFell(descent);

      const paint = async () => {
        const { steps, evaluate, interruption, termsOf } = stepsOf(medium, descent, { size, steps: count }, context);
        const report = (iterate: Iterate<Vector>, pace: number) =>
          tell.step(descent.step, { value: iterate.value, terms: termsOf(iterate) }, pace);
        const judge = () => judgeAverage(descent, evaluate);
        const snapshot = async () => {
          await judge();
          const label = snapshotLabel(descent.step, count, scale);
          await keeping.sendAhead(await painted(), { label, terms: descent.best.terms });
        };
        const preview = async () =>
          await keeping.sendAhead(await painted(), {
            label: "preview",
            terms: descent.best.terms,
            preview: { step: descent.step },
          });
        try {
          // A scale that an earlier run finished takes no more steps.
          if (!descent.done) {
            await descend(steps, [
              setBackWhenUnsound(descent, tell.setback),
              interruption.stopWhenInterrupted,
              keepPlace(descent),
              keepBest(descent, termsOf),
              timed(report, clock),
              snapshotEvery(options.snapshots, descent, snapshot),
              snapshotEvery(keeping.previewEvery ?? 0, descent, preview),
              stopWhenStalled(descent, options.tolerance),
              stopAfter(count, descent),
              eachStep(() => medium.stepDone(descent)),
              checkpointEvery(options.checkpoint, { due, save }),
            ]);
            descent.done = !interruption.happened;
          }
        } catch (error) {
          if (error instanceof TileMoved) throw error;
          const blewUp = error instanceof BlowUp;
          const failure = blewUp ? failureOf(error, descent.step, options) : error;
          if (unchanged()) throw failure;
          keeping.finishWith(failure);
          // What failed, the engine or a loss, may fail here again: then the average keeps the value of its step.
          await judge().catch(() => {});
          if (!blewUp) await save();
          return await finish();
        }
        if (signal?.aborted && unchanged()) {
          throw new UserError("Interrupted before the picture changed: nothing is written", {
            hint: "a few steps later there is a picture to keep",
            exitCode: 130,
          });
        }
        await judge();
        // A scale that is done needs its best image alone.
        if (descent.done) descent.last = undefined;
        await save();
        return await finish();
      };

      while (true) {
        let lost: unknown;
        try {
          return await paint();
        } catch (error) {
          if (!(error instanceof TileMoved)) throw error;
          lost = error;
        }
        try {
          tell.loss(await medium.recover(lost, descent));
        } catch (error) {
          if (unchanged()) throw error;
          keeping.finishWith(error);
          return await finish();
        }
      }
    }
  },
} satisfies Stage<Objective, Painted, OptimiseOptions>;

/** The steps of the optimiser from where the descent stands, the terms of each, and the checked evaluation. */
function stepsOf<Vector>(
  medium: Medium<Vector>,
  descent: Descent<Vector>,
  known: Pick<Resumption, "size" | "steps">,
  { position, signal }: Context,
) {
  const interruption = interruptionBy<Vector>(signal);
  const termsAt = new WeakMap<WeakKey, Terms>();
  const evaluate = async (image: Vector) => {
    const where = `at step ${descent.step + 1} of scale ${placeIn(position, "scale").index + 1}`;
    const evaluation = await medium.evaluate(image, where);
    termsAt.set(evaluation.gradient as WeakKey, evaluation.terms);
    return evaluation;
  };
  const guarded = interruption.guarded(evaluate);
  return {
    steps: stepsFrom(descent, (start, resumption) => medium.minimise(guarded, start, { ...resumption, ...known })),
    evaluate,
    interruption,
    termsOf: ({ gradient }: Iterate<Vector>) => termsAt.get(gradient as WeakKey)!,
  };
}

function snapshotLabel(step: number, steps: number, scale: Place): string {
  const number = String(step).padStart(String(steps).length, "0");
  return scale.count > 1 ? `${scale.index + 1}-${number}` : number;
}
