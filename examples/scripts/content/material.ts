import type { Hit } from "./scene.ts";

/** How light leaves a surface at one point. */
export class Surface {
  /** Share of diffuse light that is returned, linear colour. */
  r = 0.5;
  g = 0.5;
  b = 0.5;
  /** Normal for shading, of length 1, on the viewer's side. */
  nx = 0;
  ny = 1;
  nz = 0;
  /** Mirror reflectance seen straight on (0: no mirror at all). */
  mirror = 0;
  /** Share of the diffuse light that comes through from behind. */
  through = 0;
}

/** Describes the surface at a hit; colour and normal come preset from the hit. */
export type Material = (hit: Hit, surface: Surface) => void;

/** Presets the surface from the hit and lets the hit's material change it. */
export function describeSurface(
  materials: readonly Material[],
  hit: Hit,
  surface: Surface,
): void {
  surface.r = hit.r;
  surface.g = hit.g;
  surface.b = hit.b;
  surface.nx = hit.nx;
  surface.ny = hit.ny;
  surface.nz = hit.nz;
  surface.mirror = 0;
  surface.through = 0;
  materials[hit.material](hit, surface);
}

/** Multiplies the diffuse colour. */
export function shade(surface: Surface, factor: number): void {
  surface.r *= factor;
  surface.g *= factor;
  surface.b *= factor;
}

/** Tilts the normal by a slope along each axis, as bumps do. */
export function tilt(surface: Surface, x: number, y: number, z: number): void {
  const nx = surface.nx + x, ny = surface.ny + y, nz = surface.nz + z;
  const scale = 1 / Math.sqrt(nx * nx + ny * ny + nz * nz);
  surface.nx = nx * scale;
  surface.ny = ny * scale;
  surface.nz = nz * scale;
}
