import { henyeyGreenstein } from "./atmosphere.ts";
import { fractal3, smoothstep } from "./noise.ts";
import { hashUnit } from "./random.ts";
import type { Vec3 } from "./vec.ts";

/** A layer of heaped clouds. */
export interface CloudOptions {
  /** Height of the flat undersides and of the highest tops, metres. */
  base: number;
  top: number;
  /** Share of the sky that is covered, 0 to 1. */
  cover: number;
  /** Width of a cloud, metres. */
  size: number;
  /** Extinction inside a cloud, per metre. */
  density: number;
  /** Shifts the pattern, so that each picture has clouds of its own. */
  shift: number;
  /** Share of the sky covered by a thin high veil, 0 to 1. */
  veil: number;
}

/** Light scattered by cloud along a view, and the share of light let through. */
export interface CloudView {
  light: Vec3;
  clear: number;
}

const STEPS = 72;
const SUN_STEPS = 5;
/** Beyond this distance (metres) the clouds have faded into the haze. */
const FARTHEST = 42000;

/** Density at a point, 0 to 1. */
function densityAt(
  options: CloudOptions,
  x: number,
  y: number,
  z: number,
  octaves: number,
): number {
  const level = (y - options.base) / (options.top - options.base);
  if (level <= 0 || level >= 1) return 0;
  const s = 1 / options.size;
  const px = x * s + options.shift, pz = z * s, py = y * s * 1.3;
  const heap = fractal3(px, py * 0.35, pz, 2) * 0.75;
  const shape = heap + options.cover * 1.5 - 0.75 - level * 0.75 +
    0.16 * smoothstep(0, 0.18, level);
  if (shape < -0.5) return 0;
  const billow = fractal3(px * 3.1, py * 3.1 + 7, pz * 3.1, octaves);
  const edge = shape + 0.4 * billow;
  return smoothstep(0, 0.25, edge) * smoothstep(0, 0.16, level);
}

function veilAt(options: CloudOptions, view: Vec3): number {
  const t = 9000 / Math.max(0.03, view[1]);
  const x = view[0] * t / 9000 + options.shift, z = view[2] * t / 9000;
  const broad = fractal3(x * 0.35, 3, z * 0.8, 4);
  const streak = fractal3(x * 1.5 + broad, 9, z * 5 - 2 * broad, 5);
  return options.veil *
    smoothstep(-0.25, 0.9, broad + 0.35 * streak) *
    smoothstep(0.02, 0.2, view[1]);
}

/**
 * Marches through the layer: absorption by Beer's law, sunlight that is dimmed
 * by the cloud on its way in, skylight that grows with height.
 */
export function viewClouds(
  options: CloudOptions,
  view: Vec3,
  sun: Vec3,
  sunlight: Vec3,
  skylight: Vec3,
): CloudView {
  const light: Vec3 = [0, 0, 0];
  let clear = 1;
  const cosine = view[0] * sun[0] + view[1] * sun[1] + view[2] * sun[2];
  const phase = 0.65 * henyeyGreenstein(cosine, 0.7) +
    0.35 * henyeyGreenstein(cosine, -0.15) + 0.03;
  const from = options.base / Math.max(0.015, view[1]);
  const to = Math.min(options.top / Math.max(0.015, view[1]), FARTHEST);
  const step = (to - from) / STEPS;
  const offset = 0.2 +
    0.6 * hashUnit(view[0] * 1e6, view[1] * 1e6, view[2] * 1e6);
  for (let i = 0; i < STEPS && from < to && clear > 0.02; i++) {
    const t = from + (i + offset) * step;
    const x = view[0] * t, y = view[1] * t, z = view[2] * t;
    const density = densityAt(options, x, y, z, t > 12000 ? 4 : 5);
    if (density === 0) continue;
    let shadow = 0;
    for (let j = 0, d = 30, at = 20; j < SUN_STEPS; j++, at += d, d *= 1.9) {
      shadow += d *
        densityAt(
          options,
          x + sun[0] * at,
          y + sun[1] * at,
          z + sun[2] * at,
          2,
        );
    }
    const depth = shadow * options.density;
    // Two terms: light that came straight in, and light scattered on its way.
    const arriving = Math.exp(-depth) * phase +
      0.7 * Math.exp(-0.14 * depth) * (phase * 0.3 + 0.035);
    const level = (y - options.base) / (options.top - options.base);
    const ambient = 0.75 + 0.6 * level;
    const through = Math.exp(-density * options.density * step);
    const fade = 1 - smoothstep(FARTHEST * 0.35, FARTHEST, t);
    const gain = clear * (1 - through) * fade;
    for (let c = 0; c < 3; c++) {
      light[c] += gain *
        (sunlight[c] * arriving * 3.2 + skylight[c] * ambient);
    }
    clear *= 1 - (1 - through) * fade;
  }
  const veil = veilAt(options, view) * clear;
  for (let c = 0; c < 3; c++) {
    light[c] += veil * (sunlight[c] * (phase * 0.8 + 0.05) + skylight[c] * 0.2);
  }
  return { light, clear: clear - 0.6 * veil };
}
