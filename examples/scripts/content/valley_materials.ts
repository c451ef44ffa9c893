import { type Material, shade, tilt } from "./material.ts";
import { fractal2, fractal3, noise3, smoothstep } from "./noise.ts";
import { hashUnit } from "./random.ts";
import { landNormal } from "./terrain.ts";
import type { Vec3 } from "./vec.ts";
import { water } from "./water.ts";

const ROCK: Vec3 = [0.235, 0.215, 0.2];
const SCREE: Vec3 = [0.3, 0.28, 0.26];
const SNOW: Vec3 = [0.82, 0.84, 0.87];
const TURF: Vec3 = [0.125, 0.125, 0.042];
const SOIL: Vec3 = [0.09, 0.075, 0.05];
const FOREST_FLOOR: Vec3 = [0.042, 0.055, 0.025];
const SHINGLE: Vec3 = [0.24, 0.225, 0.2];

function blend(into: Vec3, other: Vec3, share: number): void {
  for (let c = 0; c < 3; c++) into[c] += (other[c] - into[c]) * share;
}

const ground: Material = (hit, surface) => {
  const { x, y, z, distance } = hit;
  const [nx, ny, nz] = landNormal(x, z, Math.max(0.15, distance * 0.0015));
  surface.nx = nx;
  surface.ny = ny;
  surface.nz = nz;
  const level = landNormal(x, z, Math.max(1, distance * 0.005))[1];
  const broad = fractal2(x / 160, z / 160, 5);
  const fine = fractal2(x / 9, z / 9, 5);
  const strata = fractal3(x / 260, y / 55 + 0.8 * broad, z / 260, 4);
  const colour: Vec3 = [...ROCK];
  for (let c = 0; c < 3; c++) {
    colour[c] *= 1 + 0.3 * strata + 0.1 * fine + 0.2 * broad;
  }
  blend(colour, SCREE, smoothstep(0.62, 0.78, level + 0.05 * fine) * 0.8);
  const wood = smoothstep(480, 330, y + 130 * broad);
  const grassy = smoothstep(0.6, 0.76, level + 0.05 * fine) *
    smoothstep(600, 430, y + 140 * broad);
  blend(colour, TURF, grassy);
  blend(colour, FOREST_FLOOR, grassy * wood * smoothstep(15, 60, y));
  const snow = smoothstep(470, 700, y + 110 * broad + 20 * fine) *
    smoothstep(0.56, 0.7, level + 0.03 * fine + Math.max(0, y - 800) * 0.0002);
  blend(colour, SNOW, snow);
  if (distance < 400) {
    const bare = smoothstep(0.1, 0.6, fractal2(x / 2.3, z / 2.3, 5));
    blend(colour, SOIL, 0.6 * bare);
    blend(colour, SHINGLE, smoothstep(1.1, 0.5, y + 0.3 * fine));
    const grit = fractal2(x * 3, z * 3, 4);
    for (let c = 0; c < 3; c++) colour[c] *= 1 + 0.35 * grit;
    const wet = smoothstep(0.28, 0.08, y);
    for (let c = 0; c < 3; c++) colour[c] *= 1 - 0.55 * wet;
  }
  [surface.r, surface.g, surface.b] = colour;
};

const lake: Material = (hit, surface) => water(hit, surface, { ripple: 0.009, swell: 0.0025, wind: 0.0012 });

const needles: Material = (_, surface) => {
  surface.through = 0.18;
};

const blade: Material = (_, surface) => {
  surface.through = 0.4;
};

const bark: Material = (hit, surface) => shade(surface, 1 + 0.3 * fractal3(hit.x * 5, hit.y * 9, hit.z * 5, 3));

const stone: Material = (hit, surface) => {
  const { x, y, z } = hit;
  const rough = fractal3(x * 4, y * 4, z * 4, 5);
  const lichen = fractal3(x * 2.3 + 30, y * 2.3, z * 2.3, 5);
  shade(surface, 1 + 0.35 * rough);
  const share = smoothstep(0.15, 0.5, lichen) * 0.5;
  surface.r += share * (0.3 - surface.r);
  surface.g += share * (0.27 - surface.g);
  surface.b += share * (0.13 - surface.b);
  tilt(
    surface,
    0.3 * noise3(x * 13, y * 13, z * 13),
    0.3 * noise3(x * 13 + 9, y * 13, z * 13),
    0.3 * noise3(x * 13, y * 13 + 9, z * 13),
  );
  const wet = smoothstep(0.3, 0.1, y);
  shade(surface, 1 - 0.5 * wet);
};

const shingles: Material = (hit, surface) => {
  const row = Math.floor(hit.y / 0.13);
  const tile = Math.floor((hit.x - hit.z) / 0.16 + 0.5 * (row & 1));
  shade(surface, 0.75 + 0.5 * hashUnit(row, tile));
  if (hit.y / 0.13 - row < 0.15) shade(surface, 0.6);
};

const pane: Material = (_, surface) => {
  surface.mirror = 0.06;
};

/** Material numbers of the valley. */
export const ValleyMaterial = {
  ground: 0,
  lake: 1,
  needles: 2,
  blade: 3,
  bark: 4,
  stone: 5,
  pane: 6,
  shingles: 7,
} as const;

/** The valley's materials in the order of {@link ValleyMaterial}. */
export const valleyMaterials: readonly Material[] = [
  ground,
  lake,
  needles,
  blade,
  bark,
  stone,
  pane,
  shingles,
];
