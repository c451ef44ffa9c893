import { messageOf, UserError } from "../../base/errors.ts";
import type { Checkpoint } from "../../chain/checkpoints.ts";
import type { Context } from "../../chain/stage.ts";
import { bytesOf, floatsOf } from "../../objective/cluster/blobs.ts";
import type { TiledObjective } from "../../objective/cluster/cluster_objective.ts";
import type { FleetVector } from "../../objective/cluster/fleet_vectors.ts";
import type { Optimiser } from "../../optimisers/optimiser.ts";
import { checkSizes } from "./blow_up.ts";
import { type Descent, descentOf, type Notes, notesOf, previousArray, vectorsOf } from "./descent.ts";
import type { Medium } from "./medium.ts";

/** Seconds of a descent that a lost worker costs at most, beside those for what is stored. */
const seconds = 60;

/** Storing takes at most one part in this many of the time. */
const patience = 20;

/** A state of the descent to go back to: numbers, and the blobs of its vectors. */
interface Point {
  readonly step: number;
  readonly notes: Notes;
  readonly vectors: Readonly<Record<string, readonly string[]>>;
}

/** The array of a checkpoint that holds a blob. */
const blobMark = "blob ";

/**
 * The medium of a picture in tiles. When a worker is lost, all tiles go back to the last point that was stored: they
 * would wait for the lost ones in any case, and nothing needs to be recorded from round to round.
 */
export function inTiles(
  tiles: TiledObjective,
  { optimiser, settings }: { readonly optimiser: Optimiser; readonly settings: object },
  { signal }: Pick<Context, "signal">,
): Medium<FleetVector> {
  const { vectors, blobs, lasting } = tiles;
  if (!optimiser.minimiseInTiles) {
    throw new UserError(`The optimiser ${optimiser.name} cannot work in tiles`, {
      hint: "take the optimiser lbfgs or adam, or no `tiles`",
      exitCode: 2,
    });
  }
  let point: Point | undefined;
  let stored = performance.now();
  let cost = 0;
  /** The point of the descent as it stands. */
  const pointOf = async (descent: Descent<FleetVector>): Promise<Point> => {
    const began = performance.now();
    const named = vectorsOf(descent);
    await vectors.save(Object.values(named));
    const names = Object.fromEntries(Object.entries(named).map(([name, { blobs }]) => [name, blobs!]));
    point = { step: descent.step, notes: structuredClone(notesOf(descent)), vectors: names };
    // The last checkpoint needs its own until the next one is written.
    await vectors.sweep(new Set([...Object.values(names).flat(), ...vectors.outliving]));
    stored = performance.now();
    cost = stored - began;
    return point;
  };
  const descentAt = async ({ step, notes, vectors: names }: Point): Promise<Descent<FleetVector>> => {
    const loaded = new Map<string, FleetVector>();
    return await descentOf(step, notes, Object.keys(names), async (name) => {
      // The best image is the last one as a rule.
      const key = names[name].join();
      const vector = loaded.get(key) ?? vectors.load(names[name]);
      loaded.set(key, vector);
      return vector;
    });
  };

  return {
    async begin(image) {
      const start = await vectors.spread(image);
      const best = { value: Infinity, terms: {} };
      const notes = { done: false, setbacks: 0, first: Infinity, recent: [], best, before: [] };
      point = { step: 0, notes, vectors: { best: start.blobs! } };
      return start;
    },
    async restore({ step, notes, names, tensor }) {
      const { parts, ...rest } = notes as unknown as Notes & { readonly parts: Point["vectors"] };
      for (const name of names.filter((name) => name.startsWith(blobMark))) {
        await blobs.put(bytesOf((await tensor(name)).data));
      }
      point = { step, notes: rest, vectors: parts };
      if (lasting) vectors.outliving = new Set(Object.values(parts).flat());
      const descent = await descentAt(point);
      vectors.pinned = () => [descent.best.image];
      return descent;
    },
    data: (image) => vectors.gathered(image),
    async evaluate(image, where) {
      const evaluation = await tiles.evaluate(image, signal);
      const [gradient, levels] = await vectors.meanSizes([evaluation.gradient, image]);
      checkSizes(evaluation, { gradient, image: levels }, where);
      return evaluation;
    },
    minimise: (evaluate, start, resumption) =>
      optimiser.minimiseInTiles!(vectors, evaluate, start, settings, resumption),
    async checkpoint(descent, position, previous): Promise<Checkpoint> {
      const { step, notes, vectors: parts } = await pointOf(descent);
      if (lasting) vectors.outliving = new Set(Object.values(parts).flat());
      const arrays: Record<string, { shape: number[]; data: Float32Array }> = {};
      for (const name of lasting ? [] : new Set(Object.values(parts).flat())) {
        const data = floatsOf(await blobs.get(name));
        arrays[`${blobMark}${name}`] = { shape: [data.length], data };
      }
      return { position, step, notes: { ...notes, parts }, arrays: { ...previousArray(previous), ...arrays } };
    },
    async stepDone(descent) {
      vectors.pinned = () => [descent.best.image];
      tiles.progressed();
      const waited = performance.now() - stored;
      if (lasting && !signal?.aborted && waited > Math.max(1000 * seconds, patience * cost)) await pointOf(descent);
    },
    async recover(loss, descent) {
      const { step: stood, before } = descent;
      if (!point) throw loss;
      // The blobs of its vectors suffice for a picture, whatever becomes of the workers.
      Object.assign(descent, { last: undefined }, await descentAt(point), { before });
      await tiles.reopen();
      Object.assign(descent, { last: undefined }, await descentAt(point), { before });
      const back = stood > point.step ? `: back from step ${stood} to step ${point.step}` : "";
      return `${messageOf(loss)}${back}`;
    },
  };
}
