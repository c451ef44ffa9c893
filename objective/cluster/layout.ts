/**
 * How a picture is divided among workers: each pixel belongs to one tile, and each tile is looked at in a window that
 * holds what its features see of its neighbours.
 *
 * @module
 */
import { UserError } from "../../base/errors.ts";
import type { Reach } from "../../networks/reach.ts";
import type { Size } from "../../pictures/picture.ts";
import type { Grid } from "../tiles/grid.ts";
import { sizeAt } from "../tiles/planes.ts";

/** A part of a plane, in pixels or positions. */
export interface Rectangle extends Size {
  readonly x: number;
  readonly y: number;
}

/** The tiles of a picture. */
export interface Layout {
  /** The picture. */
  readonly size: Size;
  /** The pixels of each tile, row by row of tiles. */
  readonly tiles: readonly Rectangle[];
  /** The windows of the tiles at each reduction of the picture, the picture itself first. */
  readonly levels: readonly Level[];
}

/** The windows at one reduction. */
export interface Level {
  /** The factor by which the picture is reduced. */
  readonly factor: number;
  /** One window for each tile, all of one size. */
  readonly grid: Grid;
  /** How a tile's window is put together, by the number of the tile. */
  readonly places: readonly WindowPlace[];
}

/** A rectangle that a tile shares with another one. */
export interface Shared extends Rectangle {
  /** The number of the other tile. */
  readonly tile: number;
}

/** How the window of a tile is put together. The pixels of it that no feature of the tile sees are zero. */
export interface WindowPlace {
  /** The tile's own pixels, in its window. */
  readonly own: Rectangle;
  /** What it sees of others, in its window; in the order of their numbers. */
  readonly borrowed: readonly Shared[];
  /** What others see of it, in its own pixels; in the order of their numbers. */
  readonly lent: readonly Shared[];
}

/** What is asked of the picture at a reduction. */
export interface Asking {
  readonly factor: number;
  /** That of the features of all layers that are seen there. */
  readonly reach: Reach;
}

/** Whether a picture is large enough for tiles of about so many pixels along each side. */
export function isDivided({ width, height }: Size, side: number): boolean {
  return Math.max(width, height) >= 1.5 * side;
}

/**
 * Divides a picture into tiles.
 *
 * @param side About how many pixels a tile has along each side: all but the last are multiples of what the network pools.
 * @throws {UserError} if the picture has no room for two tiles.
 */
export function layoutOf(size: Size, side: number, asked: readonly Asking[]): Layout {
  const step = Math.max(...asked.map(({ factor, reach: { stride } }) => factor * stride));
  const [ys, xs] = [startsOf(size.height, side, step), startsOf(size.width, side, step)];
  if (ys.length * xs.length < 2) {
    throw new UserError(`Cannot divide ${size.width}×${size.height} pixels into tiles of ${side}`, {
      hint: "take smaller `tiles`, or none",
      exitCode: 2,
    });
  }
  const tiles = ys.flatMap((y, row) =>
    xs.map((x, column) => ({
      x,
      y,
      width: (xs[column + 1] ?? size.width) - x,
      height: (ys[row + 1] ?? size.height) - y,
    }))
  );
  const levels = asked.map(({ factor, reach }) => {
    const level = sizeAt(size, factor);
    const [rows, columns] = [spansOf(ys, level.height, factor, reach), spansOf(xs, level.width, factor, reach)];
    const spans = rows.spans.flatMap((y) => columns.spans.map((x) => ({ y, x })));
    const grid: Grid = { size: level, window: { width: columns.window, height: rows.window }, tiles: spans };
    const rectangles = (key: "owned" | "needed") =>
      spans.map(({ y, x }): Rectangle => ({
        y: y[key].from,
        x: x[key].from,
        height: y[key].to - y[key].from,
        width: x[key].to - x[key].from,
      }));
    return { factor, grid, places: placesOf(grid, rectangles("owned"), rectangles("needed")) };
  });
  return { size, tiles, levels };
}

/** Where the tiles along an axis begin. */
function startsOf(length: number, side: number, step: number): number[] {
  const least = Math.max(step, step * Math.round(side / step));
  const count = Math.max(1, Math.round(length / least));
  // The last one is never the smallest by more than a step: a sliver would be all overlap.
  const each = Math.max(step, step * Math.floor(length / count / step));
  return Array.from({ length: count }, (_, i) => i * each).filter((start) => start + each <= length);
}

interface Range {
  readonly from: number;
  readonly to: number;
}

/** A window along an axis: where it begins, what it owns, and what its features see. */
interface WindowSpan extends Range {
  readonly start: number;
  readonly owned: Range;
  readonly needed: Range;
}

/** The windows of all tiles along an axis at a reduction. */
function spansOf(
  starts: readonly number[],
  length: number,
  factor: number,
  { stride, radius }: Reach,
): { readonly window: number; readonly spans: readonly WindowSpan[] } {
  const halo = stride * Math.ceil(radius / stride);
  const wanted = starts.map((start, i) => {
    const from = start / factor;
    const to = i === starts.length - 1 ? length : starts[i + 1] / factor;
    return { from, to, start: Math.max(0, from - halo), end: Math.min(length, to + radius) };
  });
  const longest = Math.max(...wanted.map(({ start, end }) => end - start));
  // The last window ends with the picture, and drops the lines that its poolings drop.
  const window = Math.min(length, longest + (length - longest) % stride);
  const spans = wanted.map(({ from, to, start, end }) => ({
    from,
    to,
    start: Math.min(start, length - window),
    owned: { from, to },
    needed: { from: Math.max(0, from - radius), to: end },
  }));
  return { window, spans };
}

function placesOf(grid: Grid, owned: readonly Rectangle[], needed: readonly Rectangle[]): WindowPlace[] {
  return owned.map((own, tile) => {
    const window = { x: grid.tiles[tile].x.start, y: grid.tiles[tile].y.start };
    const shared = (of: (other: number) => Rectangle | undefined, origin: { readonly x: number; readonly y: number }) =>
      owned.flatMap((_, other): Shared[] => {
        const common = other === tile ? undefined : of(other);
        return common ? [{ tile: other, ...movedBy(common, origin) }] : [];
      });
    return {
      own: movedBy(own, window),
      borrowed: shared((other) => commonOf(needed[tile], owned[other]), window),
      lent: shared((other) => commonOf(needed[other], own), own),
    };
  });
}

function movedBy({ x, y, width, height }: Rectangle, origin: { readonly x: number; readonly y: number }): Rectangle {
  return { x: x - origin.x, y: y - origin.y, width, height };
}

function commonOf(a: Rectangle, b: Rectangle): Rectangle | undefined {
  const [x, y] = [Math.max(a.x, b.x), Math.max(a.y, b.y)];
  const width = Math.min(a.x + a.width, b.x + b.width) - x;
  const height = Math.min(a.y + a.height, b.y + b.height) - y;
  return width > 0 && height > 0 ? { x, y, width, height } : undefined;
}
