import { type Canvas, SCALE } from "./canvas.ts";
import { type Lab, mix } from "./colour.ts";
import { createNoise, smoothstep } from "./noise.ts";
import type { Point } from "./path.ts";

/** One touch of a loaded bristle brush; lengths are in picture units. */
export interface Stroke {
  /** The way of the brush's middle. */
  readonly path: readonly Point[];
  /** Breadth of the brush. */
  readonly width: number;
  /** The paint on most of the bristles. */
  readonly colour: Lab;
  /** The paint on the rest of the bristles. */
  readonly second: Lab;
  /** Height of the paint that it leaves. */
  readonly thickness: number;
  /** How deep the bristles furrow it: 0 not at all, 1 to its ground. */
  readonly bristle: number;
  /** How soon bristles run out of paint: 0 never, 1 half of them by the end. */
  readonly dryness: number;
  /** Share of the wet paint below that the brush takes along, 0 to 1. */
  readonly pickup: number;
  /** Tells the bristles of one stroke from those of another, any number. */
  readonly seed: number;
}

const bristles = createNoise(71);

/** Breadth of one bristle's streak, in picture units. */
const BRISTLE = 2.3;

/** Paints a stroke over what the canvas holds. */
export function paint(canvas: Canvas, stroke: Stroke): void {
  const area = measure(canvas, stroke);
  const radius = stroke.width / 2;
  const base = mix(stroke.colour, under(canvas, stroke.path[0]), stroke.pickup);
  const { colour, relief } = canvas;
  for (let row = 0, i = 0; row < area.rows; row++) {
    let cell = (area.top + row) * canvas.width + area.left;
    for (let column = 0; column < area.columns; column++, i++, cell++) {
      if (area.distance[i] > radius * 1.3) continue;
      const along = area.along[i];
      const across = area.across[i];
      const grain = bristles(
        across / BRISTLE + stroke.seed * 7.13,
        along / 28 + stroke.seed,
      );
      const broad = bristles(
        across / (3.5 * BRISTLE) - stroke.seed * 3.7,
        along / 40,
      );
      const u = across / radius;
      const opacity = coverage(stroke, area.length, along, u, grain, broad);
      if (opacity <= 0) continue;
      const blend = smoothstep(-0.1, 0.5, broad);
      const light = 0.035 * grain;
      for (let k = 0; k < 3; k++) {
        const value = base[k] + (stroke.second[k] - base[k]) * blend +
          (k === 0 ? light : 0);
        const at = 3 * cell + k;
        colour[at] += opacity * (value - colour[at]);
      }
      const heap = 0.5 * smoothstep(radius * 1.5, 0, along) +
        0.35 * smoothstep(area.length - radius, area.length, along);
      const body = 0.4 * Math.sqrt(Math.max(0, 1 - u * u));
      const height = stroke.thickness *
        (0.4 + body + stroke.bristle * (0.5 * grain + 0.25 * broad) + heap);
      relief[cell] += opacity * (0.35 * relief[cell] + height - relief[cell]);
    }
  }
}

/** How much of a cell the paint covers, 0 to 1. */
function coverage(
  stroke: Stroke,
  length: number,
  along: number,
  u: number,
  grain: number,
  broad: number,
): number {
  const soft = 1.1 / stroke.width;
  const side = 1 + 0.16 * bristles(along / 14, stroke.seed + (u > 0 ? 9 : 0));
  const sides = smoothstep(side * 0.92, side * 0.92 - 2 * soft, Math.abs(u));
  const ragged = stroke.width * (0.3 * grain + 0.25 * broad);
  const round = stroke.width * 0.28 * (1 - u * u);
  const start = smoothstep(0, 1.4, along + round + 0.5 * ragged);
  const end = smoothstep(0, 2, length - along + round + ragged);
  const used = stroke.dryness * Math.max(0, along / length) ** 1.5;
  const loaded = smoothstep(
    used - 0.55,
    used - 0.3,
    grain * 0.6 + broad * 0.4 + 0.05,
  );
  return sides * start * end * loaded;
}

/** The paint below a place. */
function under(canvas: Canvas, place: Point): Lab {
  const column = clamp(Math.round(place.x * SCALE), canvas.width);
  const row = clamp(Math.round(place.y * SCALE), canvas.height);
  const at = 3 * (row * canvas.width + column);
  return [canvas.colour[at], canvas.colour[at + 1], canvas.colour[at + 2]];
}

/** Cells near a path, each with its place along and across it. */
interface Area {
  left: number;
  top: number;
  columns: number;
  rows: number;
  /** Length of the path in picture units. */
  length: number;
  /** Distance from the path, its ends prolonged, in picture units. */
  distance: Float32Array;
  along: Float32Array;
  across: Float32Array;
}

let spare = new Float32Array(0);

/** Measures the cells around a stroke against the nearest piece of its path. */
function measure(canvas: Canvas, stroke: Stroke): Area {
  const { path, width } = stroke;
  const reach = width * 0.75 + 1;
  let [minX, minY, maxX, maxY] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { x, y } of path) {
    minX = Math.min(minX, x);
    minY = Math.min(minY, y);
    maxX = Math.max(maxX, x);
    maxY = Math.max(maxY, y);
  }
  const left = clamp(Math.floor((minX - reach) * SCALE), canvas.width);
  const top = clamp(Math.floor((minY - reach) * SCALE), canvas.height);
  const right = clamp(Math.ceil((maxX + reach) * SCALE), canvas.width);
  const bottom = clamp(Math.ceil((maxY + reach) * SCALE), canvas.height);
  const columns = right - left + 1;
  const rows = bottom - top + 1;
  const count = columns * rows;
  if (spare.length < 3 * count) spare = new Float32Array(6 * count);
  const distance = spare.subarray(0, count).fill(Infinity);
  const along = spare.subarray(count, 2 * count);
  const across = spare.subarray(2 * count, 3 * count);
  let length = 0;
  for (let k = 1; k < path.length; k++) {
    const from = path[k - 1];
    const to = path[k];
    const piece = Math.hypot(to.x - from.x, to.y - from.y);
    const dx = (to.x - from.x) / piece;
    const dy = (to.y - from.y) / piece;
    const low = k === 1 ? -reach : 0;
    const high = k === path.length - 1 ? piece + reach : piece;
    const c0 = Math.floor((Math.min(from.x, to.x) - reach) * SCALE);
    const c1 = Math.ceil((Math.max(from.x, to.x) + reach) * SCALE);
    const r0 = Math.floor((Math.min(from.y, to.y) - reach) * SCALE);
    const r1 = Math.ceil((Math.max(from.y, to.y) + reach) * SCALE);
    for (let row = Math.max(top, r0); row <= Math.min(bottom, r1); row++) {
      for (
        let column = Math.max(left, c0);
        column <= Math.min(right, c1);
        column++
      ) {
        const x = column / SCALE - from.x;
        const y = row / SCALE - from.y;
        const run = x * dx + y * dy;
        const off = y * dx - x * dy;
        const held = Math.min(high, Math.max(low, run));
        const far = Math.hypot(off, run - held);
        const i = (row - top) * columns + column - left;
        if (far < distance[i]) {
          distance[i] = far;
          along[i] = length + held;
          across[i] = off;
        }
      }
    }
    length += piece;
  }
  return { left, top, columns, rows, length, distance, along, across };
}

function clamp(value: number, size: number): number {
  return Math.min(size - 1, Math.max(0, value));
}
