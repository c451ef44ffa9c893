import { type Surface, tilt } from "./material.ts";
import { fractal2, noise2, smoothstep } from "./noise.ts";
import type { Hit } from "./scene.ts";

/** How rough a water is. */
export interface WaterOptions {
  /** Slope of small ripples where the wind touches down. */
  ripple: number;
  /** Slope of long waves. */
  swell: number;
  /** Slope of ripples where there is no wind. */
  wind: number;
}

/** Reflectance of water seen straight on, from its refractive index 1.33. */
const REFLECTANCE = 0.02;

function height(x: number, z: number): number {
  return noise2(x, z) + 0.5 * noise2(2.1 * x + 1.3 * z, 2.1 * z - 1.3 * x);
}

/** Ripples in patches, as gusts make them, on a slow swell. */
export function water(
  hit: Hit,
  surface: Surface,
  options: WaterOptions,
): void {
  const { x, z } = hit;
  const gust = smoothstep(
    -0.2,
    0.6,
    fractal2(x * 0.018 + 3.3, z * 0.045, 4),
  );
  const ripple = options.wind + (options.ripple - options.wind) * gust;
  const step = 0.04;
  const u = x * 1.1, v = z * 2.3;
  const here = height(u, v);
  const slopeX = (height(u + step, v) - here) / step;
  const slopeZ = (height(u, v + step) - here) / step;
  const p = x * 0.23 + 9, q = z * 0.4;
  const base = height(p, q);
  const longX = (height(p + step, q) - base) / step;
  const longZ = (height(p, q + step) - base) / step;
  tilt(
    surface,
    -ripple * slopeX - options.swell * longX,
    0,
    -ripple * slopeZ - options.swell * longZ,
  );
  surface.mirror = REFLECTANCE;
}
