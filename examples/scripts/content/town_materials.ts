import { type Material, shade, type Surface, tilt } from "./material.ts";
import { fractal2, fractal3, noise3, smoothstep } from "./noise.ts";
import { hash, hashUnit } from "./random.ts";
import type { Hit } from "./scene.ts";
import { water } from "./water.ts";

/** Coordinates on a steep face: along it and up it, metres. */
function onFace(hit: Hit): [number, number] {
  const flat = Math.hypot(hit.nx, hit.nz);
  if (flat < 0.05) return [hit.x, hit.z];
  const along = (hit.x * hit.nz - hit.z * hit.nx) / flat;
  return [along, hit.y / Math.max(0.2, flat)];
}

/** Rain streaks and damp feet of walls. */
function weather(hit: Hit, surface: Surface): void {
  const [u, v] = onFace(hit);
  const streak = fractal2(u * 3.1, v * 0.22 + 40, 4);
  const cloud = fractal3(hit.x * 0.5, hit.y * 0.5, hit.z * 0.5, 4);
  const foot = smoothstep(2.7, 1.7, hit.y + 0.5 * cloud);
  const grime = 1 - 0.16 * Math.max(0, streak) + 0.1 * cloud - 0.3 * foot;
  shade(surface, grime);
  surface.b *= 1 - 0.05 * Math.max(0, streak);
}

const plain: Material = (hit, surface) =>
  shade(
    surface,
    1 + 0.1 * noise3(hit.x * 2.1, hit.y * 2.1, hit.z * 2.1) +
      0.08 * noise3(hit.x * 11, hit.y * 3, hit.z * 11),
  );

const plaster: Material = (hit, surface) => {
  weather(hit, surface);
  const grain = noise3(hit.x * 9, hit.y * 9, hit.z * 9);
  shade(surface, 1 + 0.07 * grain);
  const patch = fractal3(hit.x * 0.9 + 9, hit.y * 0.9, hit.z * 0.9, 4);
  if (patch > 0.62) {
    surface.r = 0.6 * surface.r + 0.12;
    surface.g = 0.6 * surface.g + 0.1;
    surface.b = 0.6 * surface.b + 0.085;
  }
};

/** Stones in rows of the given size (metres); each row is shifted by a part. */
function courses(
  hit: Hit,
  surface: Surface,
  length: number,
  height: number,
  joint: number,
  spread: number,
): void {
  const [u, v] = onFace(hit);
  const row = Math.floor(v / height);
  const along = u / length + hashUnit(row, 3);
  const stone = Math.floor(along);
  const tone = hashUnit(row, stone, 11);
  shade(surface, 1 + spread * (tone - 0.5));
  surface.r *= 1 + spread * 0.3 * (hashUnit(row, stone, 12) - 0.5);
  const edge = Math.min(
    (along - stone) * length,
    (1 - along + stone) * length,
    v - row * height,
    (row + 1) * height - v,
  );
  if (edge < joint) shade(surface, 0.62);
}

const brick: Material = (hit, surface) => {
  weather(hit, surface);
  courses(hit, surface, 0.22, 0.07, 0.006, 0.55);
};

const tiles: Material = (hit, surface) => {
  const steep = Math.hypot(hit.nx, hit.nz);
  const [u, v] = onFace(hit);
  const row = Math.floor(v / 0.3), rowAt = v / 0.3 - row;
  const column = u / 0.26 + (row & 1) * 0.5;
  const tile = Math.floor(column), at = column - tile - 0.5;
  const tone = hashUnit(row, tile, 4);
  const stain = fractal3(hit.x * 0.6, hit.y * 0.6, hit.z * 0.6, 4);
  shade(surface, 0.75 + 0.5 * tone + 0.22 * stain);
  surface.r *= 1 + 0.2 * (hashUnit(row, tile, 5) - 0.5);
  if (stain > 0.35) {
    const moss = Math.min(0.6, (stain - 0.35) * 1.6);
    surface.r += moss * (0.09 - surface.r);
    surface.g += moss * (0.1 - surface.g);
    surface.b += moss * (0.05 - surface.b);
  }
  if (rowAt < 0.16) shade(surface, 0.5);
  if (steep > 0.05) {
    const bulge = -0.9 * at;
    tilt(
      surface,
      bulge * hit.nz / steep,
      -0.12,
      -bulge * hit.nx / steep,
    );
  }
};

const cobbles: Material = (hit, surface) => {
  const row = Math.floor(hit.z / 0.16);
  const x = hit.x / 0.14 + (row & 1) * 0.5;
  const stone = Math.floor(x);
  const dx = x - stone - 0.5, dz = hit.z / 0.16 - row - 0.5;
  const worn = fractal2(hit.x * 0.35, hit.z * 0.35, 5);
  shade(surface, 0.85 + 0.35 * hashUnit(row, stone, 6) + 0.2 * worn);
  if (Math.abs(dx) > 0.43 || Math.abs(dz) > 0.43) shade(surface, 0.5);
  tilt(surface, dx * 0.35, 0, dz * 0.35);
};

const blocks: Material = (hit, surface) => {
  const rough = fractal3(hit.x * 2.2, hit.y * 2.2, hit.z * 2.2, 5);
  courses(hit, surface, 1.15, 0.46, 0.018, 0.45);
  shade(surface, 1 + 0.25 * rough);
  const wet = smoothstep(0.75, 0.35, hit.y + 0.22 * rough);
  surface.r *= 1 - 0.72 * wet;
  surface.g *= 1 - 0.6 * wet;
  surface.b *= 1 - 0.72 * wet;
  tilt(
    surface,
    0.25 * noise3(hit.x * 7, hit.y * 7, hit.z * 7),
    0.25 * noise3(hit.x * 7, hit.y * 7 + 50, hit.z * 7),
    0.25 * noise3(hit.x * 7, hit.y * 7, hit.z * 7 + 50),
  );
};

const glass: Material = (hit, surface) => {
  surface.mirror = 0.07;
  const pane = hash(Math.floor(hit.y * 1.7), Math.floor((hit.x + hit.z) * 1.9));
  tilt(
    surface,
    0.05 * (hashUnit(pane, 1) - 0.5) + 0.012 * noise3(hit.x * 4, hit.y * 4, 1),
    0.04 * (hashUnit(pane, 2) - 0.5) + 0.012 * noise3(hit.y * 4, hit.z * 4, 2),
    0.05 * (hashUnit(pane, 3) - 0.5),
  );
};

const varnish: Material = (hit, surface) => {
  plain(hit, surface);
  surface.mirror = 0.035;
};

const leaf: Material = (hit, surface) => {
  const tone = hashUnit(hit.nx * 1e5, hit.ny * 1e5, hit.nz * 1e5);
  shade(surface, 0.75 + 0.5 * tone);
  surface.r *= 0.85 + 0.4 * hashUnit(hit.nz * 1e5, 8);
  surface.through = 0.42;
};

const bark: Material = (hit, surface) => shade(surface, 1 + 0.5 * fractal3(hit.x * 7, hit.y * 1.5, hit.z * 7, 3));

const cloth: Material = (hit, surface) => {
  plain(hit, surface);
  surface.through = 0.25;
};

const woodland: Material = (hit, surface) => {
  const wood = fractal2(hit.x * 0.05, hit.z * 0.05, 5);
  const crown = fractal2(hit.x * 0.3, hit.z * 0.3, 4);
  shade(surface, 0.9 + 0.35 * crown);
  if (wood < 0.1) {
    surface.r *= 1.9;
    surface.g *= 1.6;
  } else tilt(surface, crown * 0.6, 0, crown * -0.5);
};

const harbourWater: Material = (hit, surface) => water(hit, surface, { ripple: 0.026, swell: 0.008, wind: 0.009 });

/** Material numbers of the town. */
export const TownMaterial = {
  plain: 0,
  plaster: 1,
  brick: 2,
  tiles: 3,
  cobbles: 4,
  blocks: 5,
  glass: 6,
  varnish: 7,
  leaf: 8,
  bark: 9,
  cloth: 10,
  woodland: 11,
  water: 12,
} as const;

/** The town's materials in the order of {@link TownMaterial}. */
export const townMaterials: readonly Material[] = [
  plain,
  plaster,
  brick,
  tiles,
  cobbles,
  blocks,
  glass,
  varnish,
  leaf,
  bark,
  cloth,
  woodland,
  harbourWater,
];
