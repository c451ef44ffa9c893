import type { Size } from "../../pictures/picture.ts";
import type { Reach } from "../../networks/reach.ts";

/** A window along one axis: its first pixel, and the pixels that it owns. */
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
 * Windows of one size over a picture. Each pixel is owned once, by a window that holds its whole receptive field as far as
 * the picture goes. So a network may treat each window like a picture: what it pads at a window's edge affects no feature
 * that the window owns. All start at multiples of the stride, where the picture's own poolings start; at the far border
 * they end with the picture, and drop the rows that it drops.
 */
export interface Grid {
  /** The picture. */
  readonly size: Size;
  readonly window: Size;
  readonly tiles: readonly Tile[];
}

/** The grid with so many rows and columns of the smallest windows; undefined if the picture has no room for them. */
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

/** The least length of `count` windows along an axis; undefined if there is no room for so many. */
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
