import { HEIGHT, WIDTH } from "./canvas.ts";
import { along, dot, unit, type Vector } from "./vector.ts";
import { type Part, scene } from "./village_scene.ts";
import { createNoise, fractal, smoothstep } from "./noise.ts";

/** The scene as the pen needs it, one entry per picture unit. */
export interface Village {
  /** Number of the part shown; see `parts`. */
  readonly part: Uint8Array;
  /** How dark a pen should draw the place, 0 to 1. */
  readonly darkness: Float32Array;
  /** Direction that the surface faces, three numbers per place. */
  readonly normal: Float32Array;
  /** Distance from the eye, in metres. */
  readonly depth: Float32Array;
  /** Place of the surface in the scene, in metres, three numbers per place. */
  readonly place: Float32Array;
}

/** The parts in the order of their numbers. */
export const parts: readonly Part[] = [
  "sky",
  "land",
  "wall",
  "roof",
  "leaf",
  "rock",
];

const EYE: Vector = [0.3, 2.6, -10.5];
const SUN = unit([-0.62, 0.62, -0.42]);
const FAR = 70;

const sky = createNoise(55);

/** How dark each part is by itself. */
const LOCAL: Readonly<Record<Part, number>> = {
  sky: 0,
  land: 0.06,
  wall: 0,
  roof: 0.22,
  leaf: 0.2,
  rock: 0.08,
};

/** Renders the village by sphere tracing (Hart, 1996). */
export function village(): Village {
  const count = WIDTH * HEIGHT;
  const part = new Uint8Array(count);
  const darkness = new Float32Array(count);
  const normal = new Float32Array(3 * count);
  const depth = new Float32Array(count).fill(FAR);
  const place = new Float32Array(3 * count);
  for (let y = 0, i = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++, i++) {
      const ray = unit([
        (x - WIDTH / 2) / WIDTH,
        (HEIGHT * 0.44 - y) / WIDTH,
        0.92,
      ]);
      const distance = march(EYE, ray, FAR, 160);
      if (distance === undefined) {
        darkness[i] = cloud(x, y);
        continue;
      }
      const at = along(EYE, ray, distance);
      const name = scene(at).part;
      const facing = slope(at);
      part[i] = parts.indexOf(name);
      depth[i] = distance;
      normal.set(facing, 3 * i);
      place.set(at, 3 * i);
      const lit = Math.max(0, dot(facing, SUN));
      const clear = lit > 0 &&
        march(along(at, facing, 0.04), SUN, 9, 50) === undefined;
      const open = crevice(at, facing);
      const light = (clear ? lit : 0) * 0.86 + 0.16 * open +
        0.12 * facing[1] * open;
      const air = smoothstep(14, 60, distance);
      darkness[i] = (1.04 - light + LOCAL[name]) * (1 - 0.55 * air);
    }
  }
  return { part, darkness, normal, depth, place };
}

/** Distance along a ray to the scene, undefined where it meets nothing. */
function march(
  from: Vector,
  ray: Vector,
  limit: number,
  steps: number,
): number | undefined {
  let distance = 0.02;
  for (let i = 0; i < steps && distance < limit; i++) {
    const gap = scene(along(from, ray, distance)).distance;
    if (gap < 0.0015 * (1 + distance)) return distance;
    distance += gap * 0.8;
  }
  return undefined;
}

/** Bands of cloud that the hatching draws as tone. */
function cloud(x: number, y: number): number {
  const billow = fractal(sky, x / 230, y / 95, 4);
  return 0.3 + 0.75 * billow - 0.12 * smoothstep(120, 330, y);
}

/** How open a place is to the sky, 0 to 1, from two probes. */
function crevice(p: Vector, facing: Vector): number {
  const near = scene(along(p, facing, 0.15)).distance / 0.12;
  const wide = scene(along(p, facing, 0.6)).distance / 0.48;
  return Math.min(1, Math.max(0, 0.5 * (near + wide)));
}

/** Direction that the surface faces, by differences. */
function slope([x, y, z]: Vector): Vector {
  const e = 0.012;
  return unit([
    scene([x + e, y, z]).distance - scene([x - e, y, z]).distance,
    scene([x, y + e, z]).distance - scene([x, y - e, z]).distance,
    scene([x, y, z + e]).distance - scene([x, y, z - e]).distance,
  ]);
}
