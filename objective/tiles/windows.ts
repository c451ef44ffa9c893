import type { Program } from "../../engines/engine.ts";
import type { Tile } from "./grid.ts";

/** Values under their names, row-major. */
type Values = Readonly<Record<string, Float32Array>>;

/**
 * Runs a program over windows, one after the other. While the engine works at one, the next is made ready and the last
 * is taken in.
 *
 * @param feeds What the program's inputs are at a window.
 * @param take Told what the program gives for each, in their order.
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
    // Where it fails, that is said when its turn comes.
    next.catch(() => {});
    if (running) await take(await running, tiles[index - 1], index - 1);
    running = next;
  }
  if (running) await take(await running, tiles.at(-1)!, tiles.length - 1);
}
