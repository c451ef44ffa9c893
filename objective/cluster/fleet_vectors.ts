import type { AdamVectors } from "../../optimisers/adam_step.ts";
import type { TiledVectors } from "../../optimisers/tiled_vectors.ts";
import { cut, paste } from "../tiles/planes.ts";
import type { Blobs } from "../../base/cluster.ts";
import { sealed, unsealed } from "./blobs.ts";
import type { Fleet } from "./fleet.ts";
import type { Layout } from "./layout.ts";
import type { Register } from "./orders.ts";

/** A vector whose parts lie with the workers of its tiles. */
export class FleetVector {
  /** The names of its parts' blobs, if they have been stored. */
  blobs?: readonly string[];

  /** A vector under a number. */
  constructor(readonly register: Register) {}
}

/** The vectors of a fleet. */
export interface FleetVectors extends TiledVectors<FleetVector> {
  /** A new number for what the tiles keep. */
  fresh(): FleetVector;
  /** Σ |aᵢ| of vectors, each over its length. */
  meanSizes(vectors: readonly FleetVector[]): Promise<number[]>;
  /** Cuts an image into tiles, and gives it to them. */
  spread(image: Float32Array): Promise<FleetVector>;
  /** Puts an image together. */
  gathered(image: FleetVector): Promise<Float32Array>;
  /** Stores vectors, those that are not stored yet. */
  save(vectors: readonly FleetVector[]): Promise<void>;
  /** Removes what was stored of vectors, but for some blobs. */
  sweep(needed: ReadonlySet<string>): Promise<void>;
  /** Removes what was stored, but what {@linkcode outliving} names. */
  forget(): Promise<void>;
  /** Names of blobs that stay when the run ends. */
  outliving: ReadonlySet<string>;
  /** Gives the tiles a vector from the blobs of its parts. */
  load(blobs: readonly string[]): FleetVector;
  /** What is kept whatever the optimiser needs. */
  pinned: () => readonly FleetVector[];
}

function registersOf({ image, mean, square }: AdamVectors<FleetVector>): AdamVectors<Register> {
  return { image: image.register, mean: mean.register, square: square.register };
}

/** The vectors of the tiles of a picture. */
export function fleetVectors(fleet: Fleet, { size, tiles }: Layout, blobs: Blobs, seal: Uint8Array): FleetVectors {
  let registers = 0;
  /** The blobs of all vectors. */
  const stored = new Set<string>();
  const named = (vector: FleetVector, names: readonly string[]) => {
    vector.blobs = names;
    for (const name of names) stored.add(name);
  };
  const fresh = () => new FleetVector(++registers);
  const made = (order: (into: Register) => Parameters<Fleet["tell"]>[0]): FleetVector => {
    const vector = fresh();
    fleet.tell(order(vector.register));
    return vector;
  };
  const numbers = (vectors: readonly FleetVector[]) => vectors.map(({ register }) => register);
  /** The sum over the tiles, in their order. */
  const total = (parts: readonly Float64Array[]): number[] =>
    Array.from(parts[0], (_, i) => parts.reduce((sum, part) => sum + part[i], 0));
  const length = 3 * size.width * size.height;

  const load = (names: readonly string[]) => {
    const vector = made((into) => (tile) => ({ do: "put", into, blob: names[tile] }));
    named(vector, names);
    return vector;
  };
  const save = async (vectors: readonly FleetVector[]) => {
    const unsaved = [...new Set(vectors)].filter(({ blobs }) => !blobs);
    if (unsaved.length === 0) return;
    const names = await fleet.ask<string[]>({ do: "save", vectors: numbers(unsaved) });
    unsaved.forEach((vector, i) => named(vector, names.map((ofTile) => ofTile[i])));
  };

  const self: FleetVectors = {
    length,
    fresh,
    pinned: () => [],
    scaled: ({ register: a }, factor) => made((into) => ({ do: "scaled", a, factor, into })),
    add: ({ register: a }, { register: b }, factor) => made((into) => ({ do: "add", a, b, factor, into })),
    addAll: ({ register: into }, vectors, factors) =>
      fleet.tell({ do: "addAll", into, vectors: numbers(vectors), factors }),
    adapted: (from, { register: gradient }, step) => {
      const into = { image: fresh(), mean: fresh(), square: fresh() };
      fleet.tell({ do: "adapt", from: registersOf(from), gradient, step, into: registersOf(into) });
      return into;
    },
    dot: async ({ register: a }, { register: b }) => total(await fleet.ask({ do: "dot", a, b }))[0],
    dots: async (vectors, { register: other }) =>
      total(await fleet.ask({ do: "dots", vectors: numbers(vectors), other })),
    split: ({ register: a }) => made((into) => ({ do: "split", a, into })),
    joined: ({ register: a }) => made((into) => ({ do: "joined", a, into })),
    moments: ({ register: a }) => made((into) => ({ do: "moments", a, into })),
    async conversions(steps, changes, weights) {
      const matrices = fresh();
      const [along] = total(
        await fleet.ask({
          do: "conversions",
          steps: numbers(steps),
          changes: numbers(changes),
          rhos: weights,
          into: matrices.register,
        }),
      );
      return { matrices, along };
    },
    convert: ({ register: a }, { register: conversions }, factor) =>
      fleet.tell({ do: "convert", a, conversions, factor }),
    keep: (vectors) => fleet.tell({ do: "keep", registers: numbers([...vectors, ...self.pinned()]) }),
    meanSizes: async (vectors) => {
      const sums = await Promise.all(vectors.map(({ register: a }) => fleet.ask<Float64Array>({ do: "size", a })));
      return sums.map((parts) => total(parts)[0] / length);
    },
    async spread(image) {
      const names: string[] = [];
      for (const tile of tiles) names.push(await blobs.put(sealed(cut(image, size, tile), seal)));
      return load(names);
    },
    async gathered(image) {
      await save([image]);
      const whole = new Float32Array(length);
      for (const [tile, name] of image.blobs!.entries()) {
        paste(unsealed(await blobs.get(name), seal), tiles[tile], whole, size, tiles[tile]);
      }
      return whole;
    },
    save,
    outliving: new Set(),
    async sweep(needed) {
      const gone = [...stored].filter((name) => !needed.has(name));
      for (const name of gone) stored.delete(name);
      await blobs.remove?.(gone);
    },
    forget: () => self.sweep(self.outliving),
    load,
  };
  return self;
}
