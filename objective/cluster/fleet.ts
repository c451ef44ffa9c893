import { UserError } from "../../base/errors.ts";
import { type Rounds, TileMoved } from "../../base/rounds.ts";
import { turns } from "../../base/turns.ts";
import { decode, encode } from "./message.ts";
import type { Answer, Order } from "./orders.ts";

/** How often a worker may be lost at one tile before a step is done: more are no accident. */
const patience = 3;

/** The workers of a picture's tiles. */
export interface Fleet {
  /** Sends an order with the next one that is asked for. */
  tell(order: Order | ((tile: number) => Order)): void;
  /**
   * Sends an order to all tiles with all that wait, those of the same turn of the event loop included.
   *
   * @returns The result of each tile, in their order.
   * @throws {TileMoved} if the worker of a tile is lost.
   * @throws The signal's reason, if it is aborted; each worker then finishes the tile at hand.
   */
  ask<Result>(order: Order | ((tile: number) => Order), signal?: AbortSignal): Promise<Result[]>;
  /** The tiles that are at other workers than a tile. */
  away(tile: number): number[];
  /** Whether a tile is the first of its worker that is asked. */
  leads(tile: number): boolean;
  /**
   * Finds a worker for each tile that has none, and returns these tiles: what was kept of them is lost.
   *
   * @throws {UserError} if a tile loses one worker after the other.
   */
  place(): Promise<number[]>;
  /** Notes that a step is done: no tile stands in the way. */
  progressed(): void;
  close(): Promise<void>;
}

/** An order that waits to be sent. */
interface Waiting {
  readonly order: (tile: number) => Order;
  readonly result?: PromiseWithResolvers<unknown[]>;
  readonly signal?: AbortSignal;
}

/**
 * The fleet of so many tiles. A worker is sent one message at a time, so that an interruption waits for a single tile;
 * neighbours go to the same worker as far as it has several.
 */
export function fleetOf(count: number, rounds: Rounds): Fleet {
  const tiles = Array.from({ length: count }, (_, tile) => tile);
  /** The number under which the rounds know each tile. */
  let slots = tiles;
  /** The worker of each tile. */
  const workers: (string | undefined)[] = tiles.map(() => undefined);
  const losses = tiles.map(() => 0);
  const inTurn = turns();
  let waiting: Waiting[] = [];
  let scheduled = false;

  const message = async (tile: number, orders: readonly Order[], signal?: AbortSignal): Promise<Answer> => {
    try {
      const answer = decode<Answer>(await rounds.ask(slots[tile], encode(orders), signal));
      workers[tile] = answer.worker;
      return answer;
    } catch (error) {
      if (!(error instanceof TileMoved)) throw error;
      workers[tile] = undefined;
      losses[tile]++;
      throw new TileMoved(tile, { cause: error });
    }
  };

  /** Sends orders to all tiles, to those of one worker one after the other. */
  const send = async (sent: readonly Waiting[]): Promise<unknown[][]> => {
    const given = sent.flatMap(({ signal }) => signal ? [signal] : []);
    const signal = given.length > 0 ? AbortSignal.any(given) : undefined;
    const answers: Answer[] = [];
    const failures: { readonly tile: number; readonly error: unknown }[] = [];
    const chains = Map.groupBy(tiles, (tile) => workers[tile] ?? tile);
    await Promise.all(
      chains.values().map(async (chain) => {
        for (const tile of chain) {
          if (failures.length > 0) return;
          try {
            signal?.throwIfAborted();
            answers[tile] = await message(tile, sent.map(({ order }) => order(tile)), signal);
          } catch (error) {
            failures.push({ tile, error });
          }
        }
      }),
    );
    // The same failure whichever came first: one that ends the run before a loss that it goes on from.
    const [worst] = failures.toSorted((a, b) => rank(a.error) - rank(b.error) || a.tile - b.tile);
    if (worst) throw worst.error;
    return sent.map((_, i) => tiles.map((tile) => answers[tile].results[i]));
  };

  const flush = async () => {
    scheduled = false;
    const sent = waiting;
    waiting = [];
    if (sent.length === 0) return;
    try {
      const results = await send(sent);
      sent.forEach(({ result }, i) => result?.resolve(results[i]));
    } catch (error) {
      for (const { result } of sent) result?.reject(error);
    }
  };

  const asFunction = (order: Order | ((tile: number) => Order)) => typeof order === "function" ? order : () => order;

  return {
    tell: (order) => void waiting.push({ order: asFunction(order) }),
    ask<Result>(order: Order | ((tile: number) => Order), signal?: AbortSignal) {
      const result = Promise.withResolvers<unknown[]>();
      waiting.push({ order: asFunction(order), result, signal });
      if (!scheduled) queueMicrotask(() => void inTurn(flush));
      scheduled = true;
      return result.promise as Promise<Result[]>;
    },
    away: (tile) => tiles.filter((other) => workers[other] !== workers[tile]),
    leads: (tile) => workers.indexOf(workers[tile]) === tile,
    async place() {
      // What was told before the loss is for vectors that are no more.
      waiting = [];
      const fresh = workers.every((worker) => worker === undefined);
      const hello = async (tile: number): Promise<boolean> => {
        while (true) {
          if (losses[tile] >= patience) {
            throw new UserError(`Tile ${tile + 1} of ${count} has lost its worker ${patience} times in a row`, {
              hint: "see what the workers say: one tile may take more memory than they have",
            });
          }
          try {
            return (await message(tile, [])).open;
          } catch (error) {
            if (!(error instanceof TileMoved)) throw error;
          }
        }
      };
      const open = await Promise.all(tiles.map(hello));
      if (fresh) {
        const order = [...new Set(workers)];
        const sorted = tiles.toSorted((a, b) => order.indexOf(workers[a]) - order.indexOf(workers[b]) || a - b);
        [slots] = [sorted];
        const placed = sorted.map((slot) => workers[slot]);
        placed.forEach((worker, tile) => workers[tile] = worker);
      }
      return tiles.filter((tile) => !open[tile]);
    },
    progressed: () => void losses.fill(0),
    close: () => rounds.close(),
  };
}

function rank(error: unknown): number {
  return error instanceof TileMoved ? 1 : 0;
}
