import type { Size } from "../../pictures/picture.ts";

/**
 * The motion of each pixel from one frame to another: what is at (x, y) in the first is at (x + flow.x, y + flow.y) in the
 * second.
 */
export interface Flow extends Size {
  /** Pixels to the right [height, width]. */
  readonly x: Float32Array<ArrayBuffer>;
  /** Pixels downwards [height, width]. */
  readonly y: Float32Array<ArrayBuffer>;
}

/** No motion at all. */
export function still({ width, height }: Size): Flow {
  return { width, height, x: new Float32Array(width * height), y: new Float32Array(width * height) };
}

/** A flow for its frames at another size: its vectors grow along with them. Bilinear; the borders repeat. */
export function resizedFlow(flow: Flow, { width, height }: Size): Flow {
  if (flow.width === width && flow.height === height) return flow;
  const [scaleX, scaleY] = [width / flow.width, height / flow.height];
  return {
    width,
    height,
    x: stretched(flow.x, flow, { width, height }, scaleX, scaleY, scaleX),
    y: stretched(flow.y, flow, { width, height }, scaleX, scaleY, scaleY),
  };
}

/** A flow at the next finer level, which has twice the size or one pixel less. */
export function doubledFlow(flow: Flow, size: Size): Flow {
  const [x, y] = [flow.x, flow.y].map((plane) => stretched(plane, flow, size, 2, 2, 2));
  return { ...size, x, y };
}

/** A plane at a size so many times as large, times a factor. */
function stretched(
  plane: Float32Array,
  from: Size,
  to: Size,
  scaleX: number,
  scaleY: number,
  factor: number,
): Float32Array<ArrayBuffer> {
  const result = new Float32Array(to.width * to.height);
  const columns = tapsOf(from.width, to.width, scaleX);
  const rows = tapsOf(from.height, to.height, scaleY);
  for (let y = 0, i = 0; y < to.height; y++) {
    const [top, bottom] = [rows.first[y] * from.width, rows.second[y] * from.width];
    const down = rows.share[y];
    for (let x = 0; x < to.width; x++, i++) {
      const [left, right, across] = [columns.first[x], columns.second[x], columns.share[x]];
      const above = plane[top + left] + across * (plane[top + right] - plane[top + left]);
      const below = plane[bottom + left] + across * (plane[bottom + right] - plane[bottom + left]);
      result[i] = factor * (above + down * (below - above));
    }
  }
  return result;
}

/** The two old elements between which each new one of a line lies, and the share of the second. */
function tapsOf(from: number, to: number, scale: number) {
  const [first, second, share] = [new Int32Array(to), new Int32Array(to), new Float32Array(to)];
  for (let i = 0; i < to; i++) {
    const place = Math.min(from - 1, Math.max(0, (i + 0.5) / scale - 0.5));
    first[i] = Math.floor(place);
    second[i] = Math.min(from - 1, first[i] + 1);
    share[i] = place - first[i];
  }
  return { first, second, share };
}
