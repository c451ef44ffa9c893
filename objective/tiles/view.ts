import { input, type Node } from "../../graph/mod.ts";
import { type Guiding, guidingOf, marginOf, planeSum, withoutBorder } from "../guides.ts";
import type { ImageTensor } from "../../pictures/tensor.ts";
import { averaged, type Plane } from "../../pictures/plane.ts";
import type { Grid, Tile } from "./grid.ts";
import { cut, ownershipOf, sizeAt, windowOf } from "./planes.ts";

/** Returns the plane [1, 1, h, w] of a window at a stride: 1 where it owns a position, since windows overlap. */
export type Owned = (stride: number) => Node;

/** The inputs of a graph that runs on each window of a grid. */
export interface View {
  /** The window of the image, [1, 3, h, w]. */
  readonly image: Node;
  /** Absent if one window is the whole picture. */
  readonly owned?: Owned;
  /** The guide of a window; positions that it does not own weigh 0. */
  readonly guide: Guiding;
  /** The values of the planes at one window that the graph has asked for: of all inputs but the image. */
  planes(tile: Tile): Record<string, Float32Array>;
  /** The values of the inputs at one window. */
  feeds(tile: Tile, image: ImageTensor): Record<string, Float32Array>;
}

/** An input with a weight for each position of a window. */
interface PlaneInput {
  readonly name: string;
  readonly node: Node;
  readonly count: number;
  data(tile: Tile): Float32Array;
}

/** Makes the inputs of a graph over a grid's windows. */
export function viewOf(grid: Grid): View {
  const image = input("image", [1, 3, grid.window.height, grid.window.width]);
  if (grid.tiles.length === 1) {
    return { image, guide: guidingOf(grid.size), planes: () => ({}), feeds: (_, { data }) => ({ image: data }) };
  }

  const places: (Plane | undefined)[] = [];
  const planes = new Map<string, PlaneInput>();
  const planeAt = (stride: number, margin: number, where?: Plane) => {
    if (!places.includes(where)) places.push(where);
    const name = `counted ${stride} ${margin} ${places.indexOf(where)}`;
    const plane = planes.get(name) ?? planeInput(grid, stride, name, margin, where);
    planes.set(name, plane);
    return plane;
  };
  const planesIn = (tile: Tile) => Object.fromEntries(planes.values().map(({ name, data }) => [name, data(tile)]));
  return {
    image,
    planes: planesIn,
    owned: (stride) => planeAt(stride, 0).node,
    guide: (reach, share, where) => {
      const { node, count } = planeAt(reach.stride, marginOf(grid.size, reach, share), where);
      return { weights: node, margin: 0, count };
    },
    feeds: (tile, image) => ({
      image: cut(image.data, image, windowOf(tile, grid, 1)),
      ...planesIn(tile),
    }),
  };
}

function planeInput(grid: Grid, stride: number, name: string, margin: number, where?: Plane): PlaneInput {
  const window = sizeAt(grid.window, stride);
  const node = input(name, [1, 1, window.height, window.width]);
  const whole = sizeAt(grid.size, stride);
  if (!where && margin === 0) {
    return { name, node, count: whole.width * whole.height, data: (tile) => ownershipOf(tile, grid, stride) };
  }
  const everywhere = () => ({ ...whole, data: new Float32Array(whole.width * whole.height).fill(1) });
  const data = withoutBorder(where ? averaged(where, whole) : everywhere(), margin);
  return {
    name,
    node,
    count: planeSum(data),
    data: (tile) => {
      const owned = ownershipOf(tile, grid, stride);
      return cut(data, whole, windowOf(tile, grid, stride)).map((weight, i) => weight * owned[i]);
    },
  };
}
