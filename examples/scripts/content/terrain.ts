import { erode, slump } from "./erosion.ts";
import type { MeshBuilder } from "./mesh.ts";
import { fractal2, noise2, ridged2, smoothstep } from "./noise.ts";
import type { Vec3 } from "./vec.ts";

const SIZE = 900;
const SPACING = 8.5;
const LEFT = -SIZE * SPACING / 2;
const FAR = -7000;

let grid: Float32Array | undefined;

/** Height of the valley's land before water cut it, metres. */
function uplift(x: number, z: number): number {
  const axis = 130 * Math.sin(z / 800 + 0.5);
  const half = 330 + 150 * noise2(3.3, z / 600) +
    150 * smoothstep(-900, -100, z);
  const off = x - axis, away = Math.abs(off) - half;
  const t = Math.max(0, away) / 1000;
  const massif = smoothstep(-1900, -4300, z);
  const warpX = x / 1250 + 0.25 * fractal2(x / 900, z / 900, 3);
  const warpZ = z / 1250 + 0.25 * fractal2(x / 900 + 40, z / 900, 3);
  const ridges = ridged2(warpX + 5.2, warpZ, 7);
  const walls = 430 * Math.pow(t, 1.1) / (1 + 0.5 * t);
  const peak = Math.hypot((x - 420) / 1.15, z + 4500) / 800;
  const second = Math.hypot(x + 1250, (z + 4900) / 1.2) / 700;
  const summits = 1020 * Math.exp(-Math.pow(peak, 1.15)) +
    620 * Math.exp(-Math.pow(second, 1.2));
  const floor = 2 + 0.06 * Math.max(0, -1500 - z);
  return floor + massif * summits * (0.55 + 0.62 * ridges) +
    walls * (0.55 + 0.62 * ridges) +
    Math.min(1, t + massif) * 300 * ridges;
}

/** Height with the lake's basin and the near shore laid in, metres. */
function settle(x: number, z: number, height: number): number {
  const bay = 16 * noise2(x / 38 + 2, 0.5) + 6 * noise2(x / 11, 7.7);
  const shore = 1.6 + 1.1 * noise2(x / 31, z / 31) + 0.1 * Math.max(-12, z + 50 + bay);
  const wide = 290 + 90 * noise2(8.1, z / 260) + 25 * noise2(x / 50, z / 50);
  const off = Math.abs(x - 130 * Math.sin(z / 800 + 0.5));
  const inside = smoothstep(wide + 130, wide - 30, off);
  const near = smoothstep(-130, -60, z) * smoothstep(420, 160, Math.abs(x));
  const basin = inside * smoothstep(-1750, -1450, z);
  const lake = basin * smoothstep(-44, -62, z + bay);
  const dry = height + (3 - height) * basin * 0.9;
  const flat = dry + (shore - dry) * near;
  return flat + (-7 - flat) * lake;
}

function gridOf(): Float32Array {
  if (grid) return grid;
  grid = new Float32Array(SIZE * SIZE);
  for (let row = 0; row < SIZE; row++) {
    for (let column = 0; column < SIZE; column++) {
      grid[row * SIZE + column] = uplift(LEFT + column * SPACING, FAR + row * SPACING) / SPACING;
    }
  }
  erode({ size: SIZE, heights: grid }, 450000, 5);
  slump({ size: SIZE, heights: grid }, 0.95, 60);
  for (let i = 0; i < grid.length; i++) {
    const x = LEFT + i % SIZE * SPACING, z = FAR + Math.floor(i / SIZE) * SPACING;
    grid[i] = settle(x, z, grid[i] * SPACING);
  }
  return grid;
}

/** Height of the land, metres above the lake. */
export function landAt(x: number, z: number): number {
  const heights = gridOf();
  const u = Math.min(SIZE - 3, Math.max(1, (x - LEFT) / SPACING));
  const v = Math.min(SIZE - 3, Math.max(1, (z - FAR) / SPACING));
  const column = Math.round(u), row = Math.round(v);
  const a = u - column, b = v - row;
  const wx0 = 0.5 * (0.5 - a) ** 2, wx1 = 0.75 - a * a;
  const wx2 = 0.5 * (0.5 + a) ** 2;
  const wy = [0.5 * (0.5 - b) ** 2, 0.75 - b * b, 0.5 * (0.5 + b) ** 2];
  let height = 0;
  for (let i = 0; i < 3; i++) {
    const at = (row + i - 1) * SIZE + column;
    height += wy[i] *
      (wx0 * heights[at - 1] + wx1 * heights[at] + wx2 * heights[at + 1]);
  }
  const wild = smoothstep(60, 500, height);
  const crags = wild === 0 ? 0 : 24 * ridged2(x / 105, z / 105, 3) - 12;
  return height + wild * (crags + 6 * fractal2(x / 26, z / 26, 5)) +
    (0.35 + 0.5 * wild) * fractal2(x / 7, z / 7, 3);
}

/** Normal of the land; `reach` is the distance over which slopes are taken (metres). */
export function landNormal(x: number, z: number, reach: number): Vec3 {
  const here = landAt(x, z);
  const slopeX = (landAt(x + reach, z) - here) / reach;
  const slopeZ = (landAt(x, z + reach) - here) / reach;
  const scale = 1 / Math.hypot(slopeX, 1, slopeZ);
  return [-slopeX * scale, scale, -slopeZ * scale];
}

/** Adds the land in a fan before the camera, finer where it is near. */
export function addLand(
  mesh: MeshBuilder,
  from: Vec3,
  halfAngle: number,
  rings: number,
  spokes: number,
): void {
  const nearest = 2, middle = 500, farthest = 7200;
  const points: Vec3[][] = [];
  for (let i = 0; i <= rings; i++) {
    const near = Math.min(1, 2 * i / rings), far = Math.max(0, 2 * i / rings - 1);
    const distance = nearest * Math.pow(middle / nearest, near) +
      (farthest - middle) * far;
    points.push(Array.from({ length: spokes + 1 }, (_, j): Vec3 => {
      const angle = halfAngle * (2 * j / spokes - 1);
      const x = from[0] + distance * Math.sin(angle);
      const z = from[2] - distance * Math.cos(angle);
      return [x, landAt(x, z), z];
    }));
  }
  mesh.sheet(points);
}
