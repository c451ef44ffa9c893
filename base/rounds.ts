/**
 * Rounds: a coordinator sends a message to the worker of each tile, and goes on once all have answered. Whoever computes
 * in tiles needs no more of a cluster than this.
 *
 * @module
 */

/** The coordinator's side of tiles that stay with their workers. */
export interface Rounds {
  /**
   * Sends a message to a tile's own worker. The first message of a tile picks its worker, and it stays there until this
   * worker is lost. Messages to one tile are answered in their order, and each is handled once by a worker, however
   * often it was sent. Tiles may be asked at the same time: await them with `Promise.all`, which keeps their order, and
   * add up in this order.
   *
   * @param tile A number from 0.
   * @param message Any bytes, up to 1 GiB. What is large travels as a blob, once if several tiles are sent the same.
   * @param signal Ends the wait; the worker may still handle the message.
   * @returns What the worker's {@linkcode RoundHandler} answered.
   * @throws {TileMoved} if the worker that held the tile is lost: the tile has no worker, and its next message picks
   *   another one, which knows nothing of it.
   * @throws {UserError} if the handler failed, or nothing can be reached.
   */
  ask(tile: number, message: Uint8Array, signal?: AbortSignal): Promise<Uint8Array>;
  /** Lets the workers forget the tiles. Waits that are open are rejected. */
  close(): Promise<void>;
}

/** The worker of a tile is lost, and with it what it kept of the tile. */
export class TileMoved extends Error {
  /** The name of its class. */
  override readonly name = "TileMoved";

  /** An error about a tile. */
  constructor(readonly tile: number, options?: ErrorOptions) {
    super(`The worker of tile ${tile} is lost`, options);
  }
}

/** A worker's side: what it keeps of the tiles of one run. */
export interface RoundHandler extends AsyncDisposable {
  /**
   * Answers a message. Never called twice at a time; a throw goes to whoever asked, and leaves the tile with its worker.
   *
   * @param signal Comes if the answer is of no use any more.
   */
  answer(tile: number, message: Uint8Array, signal: AbortSignal): Promise<Uint8Array>;
}

/**
 * Serves the tiles of runs: the first message of a run opens its handler, which is disposed of once the coordinator
 * closes the run, is lost, or this worker has lost its place.
 */
export type ServeRounds = (
  open: (run: string) => Promise<RoundHandler>,
  signal: AbortSignal,
) => Promise<void>;
