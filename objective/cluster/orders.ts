import type { AdamStep, AdamVectors } from "../../optimisers/adam_step.ts";
import type { Size } from "../../pictures/picture.ts";
import type { Rectangle, WindowPlace } from "./layout.ts";
import type { ImageStrip, SlopeStrip } from "./strips.ts";

/** The number of a vector that tiles keep. */
export type Register = number;

/** What a worker is told of a tile. */
export interface TileSpec {
  /** The number of the tile in the picture; the rounds may know it by another one. */
  readonly number: number;
  /** The size of the tile. */
  readonly size: Size;
  /** Begins the blobs of the run's vectors. */
  readonly seal: Uint8Array;
  /** Its windows, at each reduction of the picture. */
  readonly levels: readonly {
    readonly factor: number;
    readonly window: Size;
    readonly place: WindowPlace;
  }[];
}

/** The photograph in the window of a tile, and the graph of its features. */
export interface ContentSpec {
  /** Name of the blob of a graph whose outputs are the layers. */
  readonly graph: string;
  /** Name of the sealed blob of the window. */
  readonly image: string;
  readonly layers: readonly {
    readonly name: string;
    /** The window at the layer. */
    readonly window: Size;
    /** What the tile owns of it. */
    readonly owned: Rectangle;
  }[];
}

/** A graph that runs on windows. */
export interface PassSpec {
  /** Name of its blob. */
  readonly graph: string;
  /** The side of each symmetric matrix among the results of the first pass, or the inputs of the second, by its name. */
  readonly symmetric: Readonly<Record<string, number>>;
}

/** What is done with a tile: orders are carried out one after the other, and some have a result. */
export type Order =
  /** Begins a tile, or begins it anew. */
  | { readonly do: "open"; readonly fingerprint: string; readonly spec: TileSpec }
  /** Takes the features of the photograph; results in the sum of their squares by layer. */
  | { readonly do: "describe"; readonly content: ContentSpec }
  /** The graphs of both passes, at each reduction; the first is absent if no term uses sums. */
  | {
    readonly do: "learn";
    readonly levels: readonly {
      readonly sums?: PassSpec;
      readonly slopes: PassSpec;
      /** Name of the blob with the weights of the window's positions, by the names of the graphs' inputs. */
      readonly planes: string;
    }[];
  }
  /** A vector from its blob. */
  | { readonly do: "put"; readonly into: Register; readonly blob: string }
  /** Results in the names of the vectors' blobs. */
  | { readonly do: "save"; readonly vectors: readonly Register[] }
  /** Forgets all other vectors, moments and conversions. */
  | { readonly do: "keep"; readonly registers: readonly Register[] }
  /** Cuts out what other tiles see of an image; results in what those see that are not here, by level and tile. */
  | { readonly do: "lend"; readonly image: Register; readonly away: readonly number[] }
  /** The first pass over an image; results in the sums of each level. */
  | {
    readonly do: "look";
    readonly image: Register;
    readonly borrowed: readonly Readonly<Record<string, ImageStrip>>[];
  }
  /** The second pass, at the image of the first; results in the terms, and what others are to add to their gradient. */
  | {
    readonly do: "slope";
    readonly into: Register;
    /** Absent if they were sent with another tile of this worker, under the same number. */
    readonly slopes?: Readonly<Record<string, Float32Array>>;
    readonly number: number;
    readonly away: readonly number[];
  }
  /** Adds what other tiles have found to a gradient. */
  | {
    readonly do: "gather";
    readonly into: Register;
    readonly borrowed: readonly Readonly<Record<string, SlopeStrip>>[];
  }
  | { readonly do: "scaled"; readonly a: Register; readonly factor: number; readonly into: Register }
  | {
    readonly do: "add";
    readonly a: Register;
    readonly b: Register;
    readonly factor: number;
    readonly into: Register;
  }
  | {
    readonly do: "addAll";
    readonly into: Register;
    readonly vectors: readonly Register[];
    readonly factors: readonly number[];
  }
  /** A step of Adam, from the first vectors into the second. */
  | {
    readonly do: "adapt";
    readonly from: AdamVectors<Register>;
    readonly gradient: Register;
    readonly step: AdamStep;
    readonly into: AdamVectors<Register>;
  }
  /** Results in the inner products of vectors with another. */
  | { readonly do: "dots"; readonly vectors: readonly Register[]; readonly other: Register }
  /** Results in a · b. */
  | { readonly do: "dot"; readonly a: Register; readonly b: Register }
  /** Results in Σ |a|. */
  | { readonly do: "size"; readonly a: Register }
  /** To bands, and back. */
  | { readonly do: "split"; readonly a: Register; readonly into: Register }
  | { readonly do: "joined"; readonly a: Register; readonly into: Register }
  | { readonly do: "moments"; readonly a: Register; readonly into: Register }
  /** Makes the initial inverse Hessian of the moments of pairs; results in the inner product that scales it. */
  | {
    readonly do: "conversions";
    readonly steps: readonly Register[];
    readonly changes: readonly Register[];
    readonly rhos: readonly number[];
    readonly into: Register;
  }
  | { readonly do: "convert"; readonly a: Register; readonly conversions: Register; readonly factor: number };

/** What a worker answers to some orders for a tile. */
export interface Answer {
  /** What tells the worker from others. */
  readonly worker: string;
  /** Whether it has the tile. */
  readonly open: boolean;
  /** The result of each order; null if it has none. */
  readonly results: readonly unknown[];
}
