import type { Checkpoint, Restored } from "../../chain/checkpoints.ts";
import type { ImageTensor } from "../../pictures/tensor.ts";
import type { Best, Kept, Setbacks, Trend } from "../../optimisers/handlers/mod.ts";
import type { OptimiserState } from "../../optimisers/optimiser.ts";
import type { ScaleReport } from "../../chain/progress.ts";
import type { Position } from "../../chain/sequence.ts";

/** How far the descent at one scale has come. */
export interface Descent<Vector = Float32Array> extends Kept<Vector>, Trend, Setbacks<Vector> {
  /** Whether the descent has ended. */
  done: boolean;
  /** Reports of the coarser scales. */
  readonly before: readonly ScaleReport[];
}

/** The part of a descent that a checkpoint holds as JSON. */
export interface Notes {
  readonly done: boolean;
  readonly setbacks: number;
  readonly first: number;
  readonly recent: readonly number[];
  readonly best: Omit<Best, "image">;
  readonly before: readonly ScaleReport[];
  /** The value of the last step, and the numbers of the optimiser's state if it has one. */
  readonly last?: { readonly value: number; readonly state?: Readonly<Record<string, number>> };
}

/** The checkpoint of a descent; it shares the arrays. */
export function checkpointOf(
  descent: Descent,
  position: Position,
  previous: ImageTensor | undefined,
): Checkpoint {
  const { best, image, ...others } = vectorsOf(descent);
  const flat = (data: Float32Array) => ({ shape: [data.length], data });
  return {
    position,
    step: descent.step,
    notes: { ...notesOf(descent) },
    arrays: {
      ...previousArray(previous),
      best: flat(best),
      // Most often the last image is the best one.
      ...image && image !== best && !same(image, best) && { image: flat(image) },
      ...Object.fromEntries(Object.entries(others).map(([name, data]) => [name, flat(data)])),
    },
  };
}

/** The result of the scale before, for a checkpoint. */
export function previousArray(previous: ImageTensor | undefined): Checkpoint["arrays"] {
  return previous ? { previous: { shape: [1, 3, previous.height, previous.width], data: previous.data } } : {};
}

/** The numbers of a descent. */
export function notesOf<Vector>(
  { done, setbacks, first, recent, best: { image: _, ...best }, before, last }: Descent<Vector>,
): Notes {
  const numbers = Object.entries(last?.state ?? {}).filter((entry): entry is [string, number] =>
    typeof entry[1] === "number"
  );
  return {
    done,
    setbacks,
    first,
    recent,
    best,
    before,
    last: last && { value: last.value, state: last.state && Object.fromEntries(numbers) },
  };
}

/** The vectors of a descent, under the names that they have in a checkpoint. */
export function vectorsOf<Vector>({ best, last }: Descent<Vector>): Record<string, Vector> {
  const state = Object.entries(last?.state ?? {}).filter((entry): entry is [string, Vector] =>
    typeof entry[1] !== "number"
  );
  return {
    best: best.image,
    ...last && { image: last.image, gradient: last.gradient },
    ...Object.fromEntries(state.map(([name, vector]) => [`${stateMark}${name}`, vector])),
  };
}

const stateMark = "state ";

/** The descent that a checkpoint holds. */
export async function restoredDescent({ step, notes, names, tensor }: Restored): Promise<Descent> {
  return await descentOf(step, notes as unknown as Notes, names, async (name) => (await tensor(name)).data);
}

/** The descent of numbers and vectors. */
export async function descentOf<Vector>(
  step: number,
  { last, best, ...rest }: Notes,
  names: readonly string[],
  vector: (name: string) => Promise<Vector>,
): Promise<Descent<Vector>> {
  const image = await vector("best");
  const { done, setbacks, first, recent, before } = rest;
  const descent = { step, done, setbacks, first, recent, before, best: { ...best, image } };
  if (!last) return descent;
  const vectors: Record<string, Vector> = {};
  for (const name of names.filter((name) => name.startsWith(stateMark))) {
    vectors[name.slice(stateMark.length)] = await vector(name);
  }
  return {
    ...descent,
    last: {
      image: names.includes("image") ? await vector("image") : image,
      value: last.value,
      gradient: await vector("gradient"),
      state: last.state && { ...last.state, ...vectors } satisfies OptimiserState<Vector>,
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
