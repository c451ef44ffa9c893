import type { Checkpoint, Restored } from "./checkpoints.ts";
import type { ImageTensor } from "./mean_subtract.ts";
import type { Iterate, OptimiserState } from "./optimisers/optimiser.ts";
import type { ScaleReport } from "./progress.ts";
import type { Position } from "./sequence.ts";

/** How far the descent at one scale has come. */
export interface Descent {
  /** Steps that are done. */
  step: number;
  /** Whether no more are to come. */
  done: boolean;
  /** How often it went back to the best image, to go on with smaller steps. */
  setbacks: number;
  /** The value of the first step. */
  first: number;
  /** The best value after each of the last steps. */
  recent: readonly number[];
  best: Best;
  /** What became of the coarser scales. */
  readonly before: readonly ScaleReport[];
  /** Where the optimiser stands; nothing where it begins at the best image. */
  last?: Iterate;
}

/** The best image so far. */
export interface Best {
  readonly image: Float32Array;
  readonly value: number;
  readonly terms: Readonly<Record<string, number>>;
}

/** What of a descent is written down as text. */
interface Notes {
  readonly done: boolean;
  readonly setbacks: number;
  readonly first: number;
  readonly recent: readonly number[];
  readonly best: Omit<Best, "image">;
  readonly before: readonly ScaleReport[];
  /** The value where the optimiser stands, and the numbers of its state where it gives one. */
  readonly last?: { readonly value: number; readonly state?: Readonly<Record<string, number>> };
}

/** A descent that has not begun. */
export function freshDescent(start: Float32Array, before: readonly ScaleReport[]): Descent {
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

/** The steps that progress is measured over. */
const span = 10;

/** Takes a step into account. */
export function advance(
  descent: Descent,
  { image, lasting, average, value }: Iterate,
  terms: Best["terms"],
): void {
  descent.step++;
  if (descent.step === 1) descent.first = value;
  const lowest = Math.min(value, descent.recent.at(-1) ?? Infinity);
  descent.recent = [...descent.recent, lowest].slice(-span - 1);
  if (average) descent.best = { image: average, value, terms };
  else if (value < descent.best.value) descent.best = { image: lasting ? image : image.slice(), value, terms };
}

/** Whether the last steps lowered the value by less than a share of it. */
export function stalled({ recent }: Descent, tolerance: number): boolean {
  return recent.length > span && recent[0] - recent[span] < tolerance * recent[span];
}

/** What has to be kept of a descent, without a copy of anything. */
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

/** The descent at a scale as it stood. */
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

/** What the scale before the restored one gave. */
export async function previousIn(restored: Restored | undefined): Promise<ImageTensor | undefined> {
  if (!restored?.names.includes("previous")) return undefined;
  const { shape: [, , height, width], data } = await restored.tensor("previous");
  return { width, height, data };
}

function same(a: Float32Array, b: Float32Array): boolean {
  return a.every((level, i) => level === b[i]);
}
