import type { Program } from "../../engines/engine.ts";
import type { Tile } from "./grid.ts";

/** Values under their names, row-major. */
type Values = Readonly<Record<string, Float32Array>>;

/**
 * Runs a program over windows, one after the other. While the engine works on one, the inputs of the next are prepared and
 * the results of the last are taken.
 *
 * @param feeds Returns the program's inputs at a window.
 * @param take Called with the results of each window, in order.
 */
export async function overWindows(
  program: Program,
  tiles: readonly Tile[],
  feeds: (tile: Tile, index: number) => Promise<Values> | Values,
  take: (results: Values, tile: Tile, index: number) => Promise<void> | void,
): Promise<void> {
  let running: Promise<Values> | undefined;
  for (const [index, tile] of tiles.entries()) {
    const next = program.run(await feeds(tile, index));
    // A rejection is thrown when it is awaited below.
    next.catch(() => {});
    if (running) await take(await running, tiles[index - 1], index - 1);
    running = next;
  }
  if (running) await take(await running, tiles.at(-1)!, tiles.length - 1);
}
