import type { Checkpoints } from "./checkpoints.ts";
import { stageError } from "../base/code_place.ts";
import { messageOf, UserError } from "../base/errors.ts";
import type { Link } from "./link.ts";
import { isSequence, type Place, placeIn, type Position, type Sequence } from "./sequence.ts";
import type { Compute, Context, Keeping, Snapshot, Stage, Writing } from "./stage.ts";

/** What the caller of a chain lends to its stages; the rest of their context is the runner's own. */
export interface RunContext extends Pick<Context, "signal" | "share" | "report"> {
  readonly compute: Compute;
  readonly checkpoints?: Checkpoints;
  /** After how many steps each the caller wants to see the picture so far. */
  readonly previewEvery?: number;
  /** Stages that may do the work of one that takes and gives the same, and fails after the long work. */
  readonly standIns?: readonly Link[];
  readonly writing: Omit<Writing, "packet"> & {
    /** As for the stages; `failed` says that the run ends early by an error. */
    packet(path: string, failed: boolean): string;
  };
}

interface Step extends Link {
  readonly run: (input: unknown, context: Context) => Promise<unknown>;
}

/** Where the runner is, with all that the stages there may use. */
interface RunState extends RunContext {
  readonly position: Position;
  readonly snapshot?: Snapshot;
  /** The steps behind all sequences around this place: a snapshot goes through them too. */
  readonly ahead: readonly Step[];
  /** Whether long work was done here: a stage that fails then is not to lose it. */
  readonly work: { done: boolean };
  readonly failures: unknown[];
  readonly resources: AsyncDisposableStack;
}

/**
 * Checks that each stage takes the kind of value that the one before gives.
 *
 * @throws {UserError} if two neighbours do not fit.
 */
export function checkChain(stages: readonly Stage[]): void {
  stages.forEach((stage, i) => {
    const given = i === 0 ? "nothing" : stages[i - 1].gives;
    if (stage.takes !== given) {
      throw new UserError(
        `Stage ${stage.name} takes ${stage.takes}, but ${stages[i - 1]?.name ?? "the start"} gives ${given}`,
        {
          hint: "put the stages into an order in which each one gives what the next one takes",
          exitCode: 2,
        },
      );
    }
  });
}

/**
 * Runs a chain. It knows no stage by name: what a stage gives goes to the next one, and each place of a sequence goes
 * through all the stages behind, until one takes the last result.
 *
 * An error does not lose what long work gave: the last result goes through the rest of the chain, and then the error is
 * thrown. So it is if a later place of a sequence fails, or a stage behind one that reported steps, if it gives what it
 * takes, or another may stand in for it.
 *
 * @returns What the last stage gives.
 */
export async function runChain(links: readonly Link[], context: RunContext): Promise<unknown> {
  checkChain(links.map(({ stage }) => stage));
  const failures: unknown[] = [];
  const writing = writingOf(context.writing, failures);
  for (const { stage, options } of links) {
    await attributed(stage, async () => await stage.prepare?.(options, writing));
  }
  const steps: Step[] = [];
  for (const { stage, options } of links) {
    steps.push({ stage, options, run: await attributed(stage, async () => stage.create(options)) });
  }
  await using resources = new AsyncDisposableStack();
  const work = { done: false };
  const result = await runSteps(steps, [undefined], { ...context, position: [], ahead: [], work, failures, resources });
  if (failures.length > 0) throw failures[0];
  return result;
}

/**
 * Runs steps one after the other; the steps behind a sequence run for each of its places.
 *
 * @param given The input alone, in a list that is emptied: whoever awaits the result must not keep a large picture's
 *   tensors alive.
 */
async function runSteps(steps: readonly Step[], given: unknown[], around: RunState): Promise<unknown> {
  let value = given.pop();
  for (const [i, step] of steps.entries()) {
    if (isSequence(value)) return await runOver(value, steps.slice(i), around);
    const context = contextFor(step.stage, steps.slice(i + 1), around);
    context.report({ kind: "stage", stage: step.stage.name, ...placed(around.position) });
    const taken = value;
    try {
      value = await attributed(step.stage, () => step.run(taken, context));
    } catch (error) {
      if (!around.work.done) throw error;
      if (step.stage.gives !== step.stage.takes) value = await stoodIn(step, taken, around, error);
      around.failures.push(error);
    }
  }
  return value;
}

/**
 * The result of a stage that may stand in for one that failed.
 *
 * @throws The failure, if there is none, or it fails too.
 */
async function stoodIn({ stage: failed }: Step, taken: unknown, around: RunState, failure: unknown): Promise<unknown> {
  const { takes, gives } = failed;
  const link = around.standIns?.find(({ stage }) => stage !== failed && stage.takes === takes && stage.gives === gives);
  if (!link) throw failure;
  const { stage, options } = link;
  const state = { ...around, failures: [failure] };
  try {
    await stage.prepare?.(options, writingOf(around.writing, state.failures));
    return await stage.create(options)(taken, contextFor(stage, [], state));
  } catch {
    throw failure;
  }
}

/** Takes each place of a sequence through the steps behind it, up to the one that takes the last result. */
async function runOver(sequence: Sequence<unknown>, steps: readonly Step[], around: RunState): Promise<unknown> {
  const { of, outline } = sequence;
  const end = steps.findIndex(({ stage }) => stage.takesLast === of);
  const inside = end < 0 ? steps : steps.slice(0, end);
  const behind = steps.slice(inside.length);
  if (outline) { for (const { stage, options } of inside) stage.checkMemory?.(options, outline, around.compute); }

  let result: unknown;
  await using last = new AsyncDisposableStack();
  for (let index = firstOf(sequence, around); index < sequence.count; index++) {
    await using resources = new AsyncDisposableStack();
    const position = [...around.position, { of, index, count: sequence.count }];
    const ahead = [...behind, ...around.ahead];
    try {
      const given = [await sequence.at(index, result)];
      result = await runSteps(inside, given, { ...around, position, ahead, work: { done: false }, resources });
    } catch (error) {
      if (result === undefined) throw error;
      around.failures.push(error);
    }
    const ends = around.signal?.aborted || around.failures.length > 0;
    // What computes with the last result may still ask for what was made at its place.
    if ((ends || index + 1 === sequence.count) && behind[0]?.stage.computes) last.use(resources.move());
    if (ends) break;
  }
  return await runSteps(behind, [result], { ...around, work: { done: true } });
}

/** The index at which a sequence begins: its own first, or that of the checkpoint if it lies within this sequence. */
function firstOf({ of, first = 0 }: Sequence<unknown>, { position, checkpoints }: RunState): number {
  const stood = checkpoints?.restored?.position ?? [];
  const isThere = (place: Place, i: number) => stood[i]?.of === place.of && stood[i].index === place.index;
  const here = stood[position.length];
  return here?.of === of && position.every(isThere) ? here.index : first;
}

function writingOf({ inputs, subject, packet }: RunContext["writing"], failures: readonly unknown[]): Writing {
  return { inputs, subject, packet: (path) => packet(path, failures.length > 0) };
}

function contextFor(stage: Stage, after: readonly Step[], around: RunState): Context {
  const { signal, position, snapshot, compute, checkpoints, share, ahead, work, failures, resources } = around;
  const writing = writingOf(around.writing, failures);
  const keeping: Keeping = {
    checkpoints,
    async sendAhead(value, snapshot) {
      try {
        await runSteps([...after, ...ahead], [value], { ...around, ahead: [], work: { done: false }, snapshot });
      } catch (error) {
        around.report({ kind: "warning", message: `${messageOf(error)}; the run goes on without this snapshot` });
      }
    },
    finishWith: (error) => void failures.push(namedAfter(stage, error)),
    get failed() {
      return failures.length > 0;
    },
    previewEvery: around.previewEvery,
  };
  const report: Context["report"] = (event) => {
    if (event.kind === "step") work.done = true;
    around.report(event);
  };
  const disposeLater: Context["disposeLater"] = (resource) => void resources.use(resource);
  return { signal, position, snapshot, compute, keeping, writing, share, report, disposeLater };
}

/** The fields that say in a record of progress where it was made. */
export function placed(position: Position) {
  const { index: scale, count: scales } = placeIn(position, "scale");
  return { position, scale, scales };
}

/** Runs `work`; an error that is no {@linkcode UserError} is thrown with the name of the stage. */
async function attributed<T>(stage: Stage, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw namedAfter(stage, error);
  }
}

function namedAfter(stage: Stage, error: unknown): unknown {
  if (error instanceof UserError) return error;
  return stageError(`Stage ${stage.name}`, error);
}
