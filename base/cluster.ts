/**
 * What a large picture in tiles is painted by: the workers of a queue, or this machine alone.
 *
 * @module
 */
import type { Rounds } from "./rounds.ts";

/**
 * A store of bytes under the names that it gives them, which coordinator and workers share: what is too large for
 * messages, such as graphs, weights, and vectors that outlive their worker.
 */
export interface Blobs {
  /** Stores bytes; the same bytes have the same name. */
  put(bytes: Uint8Array): Promise<string>;
  /**
   * Reads bytes; they are what was stored, or else it throws.
   *
   * @throws {UserError} if there are none of this name, or they are damaged.
   */
  get(name: string): Promise<Uint8Array>;
  /** Removes bytes that nothing needs any more; it is no error if there are none. */
  remove?(names: Iterable<string>): Promise<void>;
}

/** What a picture in tiles is painted by: the workers of a queue, or this machine alone. */
export interface Cluster {
  /** The side of a tile in pixels. */
  readonly side: number;
  /** Version, engine and threads: workers of another kind refuse the tiles. */
  readonly fingerprint: string;
  /** The store that coordinator and workers share. */
  readonly blobs: Blobs;
  /** Whether this machine has all tiles: nothing outlives its process then but a checkpoint that holds it. */
  readonly local: boolean;
  /** Opens the way to the workers of one picture. */
  open(): Promise<Rounds>;
}
