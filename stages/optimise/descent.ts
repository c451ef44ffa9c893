import type { Checkpoint, Restored } from "../../chain/checkpoints.ts";
import type { Objective } from "../../objective/objective.ts";
import type { ImageTensor } from "../../pictures/tensor.ts";
import type { Best, Kept, Setbacks, Trend } from "../../optimisers/handlers/mod.ts";
import type { OptimiserState } from "../../optimisers/optimiser.ts";
import type { ScaleReport } from "../../chain/progress.ts";
import { type Position, samePosition } from "../../chain/sequence.ts";
import type { Context } from "../../chain/stage.ts";
import { startImage, type StartOptions } from "./start_image.ts";

/** How far the descent at one scale has come. */
export interface Descent extends Kept, Trend, Setbacks {
  /** Whether the descent has ended. */
  done: boolean;
  /** Reports of the coarser scales. */
  readonly before: readonly ScaleReport[];
}

/** The part of a descent that a checkpoint holds as JSON. */
interface Notes {
  readonly done: boolean;
  readonly setbacks: number;
  readonly first: number;
  readonly recent: readonly number[];
  readonly best: Omit<Best, "image">;
  readonly before: readonly ScaleReport[];
  /** The value of the last step, and the numbers of the optimiser's state if it has one. */
  readonly last?: { readonly value: number; readonly state?: Readonly<Record<string, number>> };
}

/**
 * The descent at a scale, new or restored from the checkpoint. The tensors with which it begins are not returned, so that
 * a large picture's are freed.
 */
export async function startDescent(
  objective: Objective,
  { start, seed }: { readonly start: StartOptions; readonly seed: number },
  context: Pick<Context, "position" | "keeping" | "compute" | "signal" | "share">,
  before: readonly ScaleReport[],
) {
  const { position, keeping: { checkpoints } } = context;
  const tensors = objective.begin();
  const { pictures, network, content: { width, height } } = tensors;
  const stood = checkpoints?.restored;
  const restored = stood && samePosition(stood.position, position) ? stood : undefined;
  const descent = restored
    ? await restoredDescent(restored)
    : freshDescent(await startImage(tensors, start, seed, context), before);
  return { pictures, network, size: { width, height }, descent };
}

/** A descent that has not begun. */
function freshDescent(start: Float32Array, before: readonly ScaleReport[]): Descent {
  return {
    step: 0,
    done: false,
    setbacks: 0,
    first: Infinity,
    recent: [],
    best: { image: start, value: Infinity, terms: {} },
    before,
  };
}

/** The checkpoint of a descent; it shares the arrays. */
export function checkpointOf(
  { step, done, setbacks, first, recent, best: { image: best, ...noted }, before, last }: Descent,
  position: Position,
  previous: ImageTensor | undefined,
): Checkpoint {
  const state = Object.entries(last?.state ?? {});
  const numbers = state.filter((entry): entry is [string, number] => typeof entry[1] === "number");
  const vectors = state.filter((entry): entry is [string, Float32Array] => typeof entry[1] !== "number");
  const notes: Notes = {
    done,
    setbacks,
    first,
    recent,
    best: noted,
    before,
    last: last && { value: last.value, state: last.state && Object.fromEntries(numbers) },
  };
  const flat = (data: Float32Array) => ({ shape: [data.length], data });
  return {
    position,
    step,
    notes: { ...notes },
    arrays: {
      ...previous && { previous: { shape: [1, 3, previous.height, previous.width], data: previous.data } },
      best: flat(best),
      // Most often the last image is the best one.
      ...last && last.image !== best && !same(last.image, best) && { image: flat(last.image) },
      ...last && { gradient: flat(last.gradient) },
      ...Object.fromEntries(vectors.map(([name, data]) => [`state ${name}`, flat(data)])),
    },
  };
}

/** The descent that a checkpoint holds. */
export async function restoredDescent({ step, notes, names, tensor }: Restored): Promise<Descent> {
  const { last, best, ...rest } = notes as unknown as Notes;
  const image = (await tensor("best")).data;
  const descent = { step, ...rest, best: { ...best, image } };
  if (!last) return descent;
  const vectors: Record<string, Float32Array> = {};
  for (const name of names.filter((name) => name.startsWith("state "))) {
    vectors[name.slice("state ".length)] = (await tensor(name)).data;
  }
  return {
    ...descent,
    last: {
      image: names.includes("image") ? (await tensor("image")).data : image,
      value: last.value,
      gradient: (await tensor("gradient")).data,
      state: last.state && { ...last.state, ...vectors } satisfies OptimiserState,
    },
  };
}

/** The result of the scale before that of a checkpoint. */
export async function previousIn(restored: Restored | undefined): Promise<ImageTensor | undefined> {
  if (!restored?.names.includes("previous")) return undefined;
  const { shape: [, , height, width], data } = await restored.tensor("previous");
  return { width, height, data };
}

function same(a: Float32Array, b: Float32Array): boolean {
  return a.every((level, i) => level === b[i]);
}
