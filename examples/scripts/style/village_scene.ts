import { createNoise, smoothstep } from "./noise.ts";
import { length, type Vector } from "./vector.ts";

/** What a place of the picture shows. */
export type Part = "sky" | "land" | "wall" | "roof" | "leaf" | "rock";

const soil = createNoise(51);
const bark = createNoise(53);
/** Nearest surface: its distance in metres and its part. */
export function scene(p: Vector): { distance: number; part: Part } {
  let distance = 0.75 * (p[1] - ground(p[0], p[2]));
  let part: Part = "land";
  function add(other: number, name: Part): void {
    if (other < distance) {
      distance = other;
      part = name;
    }
  }
  tower(p, add);
  for (const house of HOUSES) building(p, house, add);
  for (const [x, z, size, tall, foot] of TREES) {
    const q: Vector = [p[0] - x, p[1] - foot, p[2] - z];
    const crown: Vector = [q[0], (q[1] - size * tall) / tall, q[2]];
    const far = length(crown) - size;
    if (far < distance) {
      const lumps = far < 1
        ? 0.3 * size * bark(q[0] * 2.1 / size + x, q[1] * 2.1 / size + q[2] * 1.7) +
          0.1 * bark(q[0] * 5 + q[2] * 2, q[1] * 5)
        : 0;
      add(0.6 * (far + lumps), "leaf");
      add(
        Math.max(Math.hypot(q[0], q[2]) - 0.1 * size, q[1] - size * tall),
        "wall",
      );
    }
  }
  for (const [x, z, size, foot] of ROCKS) {
    const q: Vector = [
      (p[0] - x) * 0.8,
      p[1] - foot - size * 0.2,
      p[2] - z,
    ];
    const far = length(q) - size;
    if (far < distance) {
      const chisel = far < 1
        ? 0.28 * size * Math.abs(bark(q[0] * 1.6 / size + z, q[1] * 1.6 / size + q[2])) +
          0.05 * bark(q[0] * 6, q[1] * 6 + q[2] * 3)
        : 0;
      add(0.65 * (far + chisel), "rock");
    }
  }
  return { distance, part };
}

type Add = (distance: number, part: Part) => void;

/** A round tower with a pointed roof. */
function tower(p: Vector, add: Add): void {
  const x = p[0] + 2.3;
  const y = p[1] - 0.4;
  const z = p[2] - 2.2;
  const r = Math.hypot(x, z);
  if (r > 4) return add(r - 3, "wall");
  const wall = Math.max(r - 1.15 - 0.1 * smoothstep(3.9, 4.2, y), y - 4.3, -1 - y);
  const door = Math.max(Math.abs(x - 0.2) - 0.26, Math.abs(y - 0.7) - 0.55, z);
  const slit = Math.max(
    Math.abs(x - 0.35) - 0.13,
    Math.abs(y - 2.7) - 0.32,
    z,
  );
  add(Math.max(wall, -door, -slit), "wall");
  const up = y - 4.2;
  add(Math.max(0.82 * (r - 1.5 + 0.56 * up), -up) * 0.9, "roof");
}

/** A gabled house; lengths in metres. */
interface House {
  readonly x: number;
  readonly z: number;
  /** Turn about the upright axis, in radians. */
  readonly turn: number;
  /** Half width, height to the eaves and half depth. */
  readonly size: Vector;
  /** Height of the ground below it. */
  readonly foot: number;
}

const HOUSES: readonly House[] = ([
  { x: 0.6, z: 0.9, turn: 0.5, size: [1.25, 1.35, 0.95] },
  { x: 3.3, z: 3.2, turn: -0.35, size: [1.35, 1.6, 1.05] },
  { x: -5.6, z: 5.2, turn: 0.35, size: [1.3, 1.3, 1] },
  { x: 1.2, z: 6, turn: 0.1, size: [1.4, 1.9, 1] },
] as const).map((house) => ({ ...house, foot: ground(house.x, house.z) }));

/** Trees: place, radius, how tall against it, height of the ground. */
const TREES = ([
  [-4.2, 1.2, 0.95, 1.35],
  [5.2, 0.4, 1.25, 1.25],
  [-0.9, 3.4, 0.8, 1.7],
  [6.9, 5, 1.4, 1.3],
  [-7.2, 2.8, 1.2, 1.3],
  [-1.1, -1.4, 0.42, 1],
  [2.6, -0.6, 0.5, 0.95],
  [-8.5, 8, 1.5, 1.4],
  [4.8, 8, 1.3, 1.7],
] as const).map(([x, z, size, tall]) => [x, z, size, tall, ground(x, z)]);

/** Boulders: place, radius, height of the ground. */
const ROCKS = ([
  [-3.4, -3.6, 0.85],
  [-2.2, -4.4, 0.5],
  [3.6, -3.9, 0.8],
  [2.5, -5, 0.38],
  [4.7, -2.8, 0.6],
  [-4.6, -2.4, 0.55],
] as const).map(([x, z, size]) => [x, z, size, ground(x, z)]);

function building(p: Vector, house: House, add: Add): void {
  const dx = p[0] - house.x;
  const dz = p[2] - house.z;
  const far = Math.hypot(dx, dz);
  if (far > 5) return add(far - 3.2, "wall");
  const cos = Math.cos(house.turn);
  const sin = Math.sin(house.turn);
  const x = dx * cos - dz * sin;
  const z = dx * sin + dz * cos;
  const y = p[1] - house.foot;
  const [half, eaves, deep] = house.size;
  const box = Math.max(
    Math.abs(x) - half,
    Math.abs(z) - deep,
    y - eaves - 0.8 * (deep - Math.abs(z)),
    -1 - y,
  );
  const windows = Math.max(
    Math.abs(Math.abs(x) - half * 0.5) - 0.17,
    Math.abs(y - eaves * 0.6) - 0.24,
    z + deep - 0.12,
  );
  const gable = Math.max(
    Math.abs(z) - 0.2,
    Math.abs(y - eaves * 0.55) - 0.26,
    half - 0.12 - Math.abs(x),
  );
  add(Math.max(box, -windows, -gable), "wall");
  const slab = (y - eaves - 0.85 * (deep - Math.abs(z))) * 0.76;
  const eave = Math.max(Math.abs(z) - deep - 0.22, Math.abs(x) - half - 0.16);
  add(Math.max(Math.abs(slab - 0.06) - 0.07, eave), "roof");
  const chimney = Math.max(
    Math.abs(x - half * 0.55) - 0.17,
    Math.abs(z - 0.25) - 0.17,
    Math.abs(y - eaves - 0.75) - 0.6,
  );
  add(chimney, "wall");
}

function ground(x: number, z: number): number {
  const mound = 0.55 * Math.exp(-(x * x + (z - 3) ** 2) / 40);
  const hills = smoothstep(9, 34, z) *
    (3 + 3.4 * soil(x / 11 + 3, z / 13) + 0.05 * z);
  return mound + hills + 0.16 * soil(x / 2.1, z / 2.1) - 0.35 +
    0.03 * soil(x * 1.7, z * 1.7);
}
