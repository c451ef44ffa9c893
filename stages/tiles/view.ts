import { input, type Node } from "../../graph/mod.ts";
import type { ImageTensor } from "../mean_subtract.ts";
import type { Grid, Tile } from "./grid.ts";
import { cut, ownershipOf, sizeAt, windowOf } from "./planes.ts";

/** Gives the plane [1, 1, h, w] of a window at a stride, 1 where a position counts: windows overlap. */
export type Owned = (stride: number) => Node;

/** The windows of a grid as inputs of a graph that serves them all. */
export interface View {
  /** [1, 3, h, w]. */
  readonly image: Node;
  /** Absent where one window is the whole picture. */
  readonly owned?: Owned;
  /** What the inputs are at one window, for as many planes as were asked for. */
  feeds(tile: Tile, image: ImageTensor): Record<string, Float32Array>;
}

/** The inputs of a graph over a grid's windows. */
export function viewOf(grid: Grid): View {
  const { width, height } = grid.window;
  const planes = new Map<number, Node>();
  const owned = (stride: number) => {
    const { width, height } = sizeAt(grid.window, stride);
    const plane = planes.get(stride) ?? input(`owned ${stride}`, [1, 1, height, width]);
    planes.set(stride, plane);
    return plane;
  };
  const alone = grid.tiles.length === 1;
  return {
    image: input("image", [1, 3, height, width]),
    owned: alone ? undefined : owned,
    feeds: (tile, image) => ({
      image: alone ? image.data : cut(image.data, image, windowOf(tile, grid, 1)),
      ...Object.fromEntries([...planes.keys()].map((stride) => [`owned ${stride}`, ownershipOf(tile, grid, stride)])),
    }),
  };
}
