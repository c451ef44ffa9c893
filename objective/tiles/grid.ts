import type { Size } from "../../pictures/picture.ts";
import type { Reach } from "../../networks/reach.ts";

/** One axis of a window: where it lies, and which of its pixels it answers for. */
interface Span {
  /** First pixel of the window. */
  readonly start: number;
  /** First pixel that the window owns. */
  readonly from: number;
  /** The pixel after the last one that it owns. */
  readonly to: number;
}

/** A window of a picture: its pixels, and those among them that it owns. */
export interface Tile {
  readonly y: Span;
  readonly x: Span;
}

/**
 * Windows of one size over a picture. Each pixel is owned once, by a window that holds all that its features see or
 * ends where the picture ends. So a network may treat each window like a picture, border and all: what it makes up
 * at a window's edge stays outside of what the window owns. All start at multiples of the stride, where the picture's
 * own poolings start; at the far border they end with the picture, and drop the rows that it drops.
 */
export interface Grid {
  /** The picture. */
  readonly size: Size;
  readonly window: Size;
  readonly tiles: readonly Tile[];
}

/** The grid of a number of rows and columns whose windows are the smallest; nothing where the picture has no room. */
export function gridOf(size: Size, reach: Reach, rows: number, columns: number): Grid | undefined {
  const ys = spansOf(size.height, reach, rows);
  const xs = spansOf(size.width, reach, columns);
  if (!ys || !xs) return undefined;
  return {
    size,
    window: { width: xs.window, height: ys.window },
    tiles: ys.spans.flatMap((y) => xs.spans.map((x) => ({ y, x }))),
  };
}

/** The least length of `count` windows along an axis; nothing where there is no room for so many. */
export function windowLength(length: number, { stride, radius }: Reach, count: number): number | undefined {
  if (count === 1) return length;
  const halo = stride * Math.ceil(radius / stride);
  const step = stride * Math.floor((length - halo - radius) / (count * stride));
  return step < stride ? undefined : length - (count - 1) * step;
}

/** `count` windows along an axis, at equal steps. */
function spansOf(length: number, reach: Reach, count: number) {
  const window = windowLength(length, reach, count);
  if (window === undefined) return undefined;
  if (count === 1) return { window, spans: [{ start: 0, from: 0, to: length }] };
  const halo = reach.stride * Math.ceil(reach.radius / reach.stride);
  const step = (length - window) / (count - 1);
  const spans = Array.from({ length: count }, (_, i) => ({
    start: i * step,
    from: i === 0 ? 0 : i * step + halo,
    to: i === count - 1 ? length : (i + 1) * step + halo,
  }));
  return { window, spans };
}
