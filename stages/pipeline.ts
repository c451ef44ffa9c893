import { messageOf, UserError } from "./errors.ts";
import type { Repeatable } from "./picture.ts";
import type { Context, Snapshot, Stage } from "./stage.ts";

/** A stage with its complete options. */
export interface Link {
  /** The stage. */
  readonly stage: Stage;
  /** Its complete options. */
  readonly options: object;
}

/** What the caller of a chain provides; the rest of the context is the runner's own. */
export type Surroundings = Omit<Context, "scale" | "snapshot" | "own" | "branch" | "giveUp">;

type Step = Link & { readonly run: (input: unknown, context: Context) => Promise<unknown> };

/**
 * Checks that each stage takes what the one before gives.
 *
 * @throws {UserError} where two neighbours do not fit.
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
 * Runs a chain. It knows no stage by name: neighbours that run per scale are run together, once for each scale.
 *
 * @returns What the last stage gives.
 */
export async function runChain(links: readonly Link[], surroundings: Surroundings): Promise<unknown> {
  checkChain(links.map(({ stage }) => stage));
  for (const { stage, options } of links) {
    await attributed(stage, async () => await stage.prepare?.(options, surroundings.inputs, surroundings.preset));
  }
  const steps: Step[] = [];
  for (const { stage, options } of links) {
    steps.push({ stage, options, run: await attributed(stage, async () => stage.create(options)) });
  }
  const failures: UserError[] = [];
  const result = await runSteps(steps, undefined, { index: 0, count: 1 }, { ...surroundings, failures });
  if (failures.length > 0) throw failures[0];
  return result;
}

async function runSteps(
  steps: readonly Step[],
  input: unknown,
  scale: Context["scale"],
  surroundings: Surroundings & { readonly snapshot?: Snapshot; readonly failures: UserError[] },
): Promise<unknown> {
  const [first] = steps;
  if (!first) return input;
  const end = steps.findIndex(({ stage }) => !stage.perScale);
  const group = first.stage.perScale ? steps.slice(0, end < 0 ? steps.length : end) : [first];
  const rest = steps.slice(group.length);
  const { scales, atScale } = first.stage.perScale && isRepeatable(input)
    ? input
    : { scales: 1, atScale: () => Promise.resolve(input) };

  if (isRepeatable(input) && input.outline) {
    for (const { stage, options } of group) stage.foresee?.(options, input.outline, surroundings);
  }
  let result: unknown;
  for (let index = isRepeatable(input) ? surroundings.checkpoints?.restored?.scale ?? 0 : 0; index < scales; index++) {
    await using resources = new AsyncDisposableStack();
    const here = isRepeatable(input) ? { index, count: scales } : scale;
    let value = await atScale(index, result);
    for (const [i, { stage, run }] of group.entries()) {
      const after = [...group.slice(i + 1), ...rest];
      const context: Context = {
        ...surroundings,
        scale: here,
        giveUp: (error) => void surroundings.failures.push(error),
        own: (resource) => void resources.use(resource),
        branch: async (value, snapshot) => void await runSteps(after, value, here, { ...surroundings, snapshot }),
      };
      context.report({ kind: "stage", stage: stage.name, scale: here.index, scales: here.count });
      const taken = value;
      value = await attributed(stage, () => run(taken, context));
    }
    result = value;
    if (surroundings.signal?.aborted || surroundings.failures.length > 0) break;
  }
  return await runSteps(rest, result, scale, surroundings);
}

/** Names the stage in an error that nobody foresaw. */
async function attributed<T>(stage: Stage, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new Error(`Stage ${stage.name} failed: ${messageOf(error)}`, { cause: error });
  }
}

function isRepeatable(value: unknown): value is Repeatable<unknown> {
  return typeof value === "object" && value !== null && "atScale" in value;
}
