import { describeSurface, type Material, Surface } from "./material.ts";
import { Ray } from "./ray.ts";
import type { Sampler } from "./sampler.ts";
import { Hit, type Scene } from "./scene.ts";
import type { Sky } from "./sky.ts";
import type { Vec3 } from "./vec.ts";

/** The air near the ground. */
export interface HazeOptions {
  /** Light lost per metre at height 0, linear colour. */
  extinction: Vec3;
  /** Height over which the haze thins to 37 %, metres. */
  height: number;
  /** Strength of the air's glow relative to the sky's. */
  glow: number;
}

/** A scene with what lights it. */
export interface Stage {
  scene: Scene;
  materials: readonly Material[];
  sky: Sky;
  haze: HazeOptions;
  /** Sunlight outside the air, relative to radiance 1. */
  sunStrength: number;
  /** Light that has bounced twice or more, as a share of the sky's average. */
  ambient: Vec3;
}

/** Angular radius of the sun with its bright surround, radians. */
const SUN_RADIUS = 0.008;
const MIRRORS = 2;

/**
 * Follows light backwards: direct sunlight and one bounce by sampling (Kajiya,
 * "The Rendering Equation", 1986), what bounces more often as an even ambient.
 */
export class Tracer {
  readonly #stage: Stage;
  readonly #sampler: Sampler;
  readonly #hits = Array.from({ length: MIRRORS + 2 }, () => new Hit());
  readonly #surfaces = Array.from(
    { length: MIRRORS + 2 },
    () => new Surface(),
  );
  readonly #rays = Array.from({ length: MIRRORS + 2 }, () => new Ray());
  readonly #shadow = new Ray();
  readonly #glow: Vec3 = [0, 0, 0];
  readonly #bounced: Vec3 = [0, 0, 0];
  readonly #mirrored = Array.from(
    { length: MIRRORS + 1 },
    (): Vec3 => [0, 0, 0],
  );
  readonly #across: Vec3;
  readonly #along: Vec3;

  constructor(stage: Stage, sampler: Sampler) {
    this.#stage = stage;
    this.#sampler = sampler;
    const [x, y, z] = stage.sky.sun, flat = Math.hypot(x, z);
    this.#across = [z / flat, 0, -x / flat];
    this.#along = [-x * y / flat, flat, -z * y / flat];
  }

  /** Radiance that arrives along a ray. */
  radiance(ray: Ray, out: Vec3, mirrors = 0): void {
    const { scene, materials, sky } = this.#stage;
    if (!scene.intersect(ray)) {
      this.#sky(ray, out, mirrors > 0);
      return;
    }
    const hit = this.#hits[mirrors], surface = this.#surfaces[mirrors];
    scene.describe(ray, hit);
    describeSurface(materials, hit, surface);
    this.#diffuse(hit, surface, out);
    if (surface.mirror > 0) this.#mirror(ray, hit, surface, out, mirrors);
    this.#dim(ray, sky, out);
  }

  #sky(ray: Ray, out: Vec3, withSun: boolean): void {
    const { sky, sunStrength } = this.#stage;
    sky.radiance(ray.dx, ray.dy, ray.dz, out);
    const s = sky.sun;
    const cosine = ray.dx * s[0] + ray.dy * s[1] + ray.dz * s[2];
    const disc = withSun && cosine > Math.cos(2 * SUN_RADIUS) ? 30 : 0;
    for (let c = 0; c < 3; c++) {
      out[c] = sunStrength * (out[c] + disc * sky.sunlight[c]);
    }
  }

  #diffuse(hit: Hit, surface: Surface, out: Vec3): void {
    const { scene, materials, sunStrength, ambient, sky } = this.#stage;
    const sampler = this.#sampler;
    this.#direct(hit, surface, out);
    sampler.next();
    const behind = surface.through > 0 &&
      sampler.u < surface.through;
    const u = surface.through === 0
      ? sampler.u
      : behind
      ? sampler.u / surface.through
      : (sampler.u - surface.through) / (1 - surface.through);
    const ray = this.#rays[MIRRORS + 1];
    this.#scatter(ray, hit, surface, behind ? -1 : 1, u, sampler.v);
    const light = this.#bounced;
    if (scene.intersect(ray)) {
      const far = this.#hits[MIRRORS + 1];
      const farSurface = this.#surfaces[MIRRORS + 1];
      scene.describe(ray, far);
      describeSurface(materials, far, farSurface);
      this.#direct(far, farSurface, light);
      light[0] += ambient[0] * farSurface.r * sunStrength;
      light[1] += ambient[1] * farSurface.g * sunStrength;
      light[2] += ambient[2] * farSurface.b * sunStrength;
      this.#dim(ray, sky, light);
    } else this.#sky(ray, light, false);
    out[0] += light[0] * surface.r;
    out[1] += light[1] * surface.g;
    out[2] += light[2] * surface.b;
  }

  /** Sunlight that the surface returns. */
  #direct(hit: Hit, surface: Surface, out: Vec3): void {
    const { sky, sunStrength, scene } = this.#stage;
    const sampler = this.#sampler, s = sky.sun;
    sampler.next();
    const radius = SUN_RADIUS * Math.sqrt(sampler.u);
    const a = radius * Math.cos(2 * Math.PI * sampler.v);
    const b = radius * Math.sin(2 * Math.PI * sampler.v);
    const x = s[0] + this.#across[0] * a + this.#along[0] * b;
    const y = s[1] + this.#along[1] * b;
    const z = s[2] + this.#across[2] * a + this.#along[2] * b;
    const cosine = surface.nx * x + surface.ny * y + surface.nz * z;
    const side = hit.nx * x + hit.ny * y + hit.nz * z > 0 ? 1 : -1;
    const share = side > 0 ? Math.max(0, cosine) * (1 - surface.through) : -Math.min(0, cosine) * surface.through;
    out[0] = out[1] = out[2] = 0;
    if (share <= 0) return;
    this.#leave(this.#shadow, hit, side, x, y, z, true);
    if (scene.intersect(this.#shadow)) return;
    const strength = share * sunStrength / Math.PI;
    out[0] = strength * sky.sunlight[0] * surface.r;
    out[1] = strength * sky.sunlight[1] * surface.g;
    out[2] = strength * sky.sunlight[2] * surface.b;
  }

  #leave(
    ray: Ray,
    hit: Hit,
    side: number,
    x: number,
    y: number,
    z: number,
    any: boolean,
  ): void {
    const gap = side * (0.001 + 0.0001 * hit.distance);
    ray.set(
      hit.x + hit.nx * gap,
      hit.y + hit.ny * gap,
      hit.z + hit.nz * gap,
      x,
      y,
      z,
      Infinity,
      any,
    );
  }

  /** A direction about the normal, as likely as its cosine. */
  #scatter(
    ray: Ray,
    hit: Hit,
    surface: Surface,
    side: number,
    u: number,
    v: number,
  ): void {
    const height = Math.sqrt(1 - u), radius = Math.sqrt(u);
    const a = radius * Math.cos(2 * Math.PI * v);
    const b = radius * Math.sin(2 * Math.PI * v);
    const nx = surface.nx * side, ny = surface.ny * side;
    const nz = surface.nz * side;
    // Duff et al., "Building an Orthonormal Basis, Revisited" (2017).
    const sign = nz >= 0 ? 1 : -1, p = -1 / (sign + nz), q = nx * ny * p;
    const x = a * (1 + sign * nx * nx * p) + b * q + height * nx;
    const y = a * sign * q + b * (sign + ny * ny * p) + height * ny;
    const z = -a * sign * nx - b * ny + height * nz;
    this.#leave(ray, hit, side, x, y, z, false);
  }

  /** Replaces a share of the light (Schlick, 1994) by what the mirror shows. */
  #mirror(
    ray: Ray,
    hit: Hit,
    surface: Surface,
    out: Vec3,
    mirrors: number,
  ): void {
    const { nx, ny, nz } = surface;
    const facing = ray.dx * nx + ray.dy * ny + ray.dz * nz;
    const grazing = 1 - Math.min(1, Math.abs(facing));
    const share = surface.mirror + (1 - surface.mirror) * grazing ** 5;
    let x = ray.dx - 2 * facing * nx;
    let y = ray.dy - 2 * facing * ny;
    let z = ray.dz - 2 * facing * nz;
    const leaving = x * hit.nx + y * hit.ny + z * hit.nz;
    if (leaving < 0.01) {
      x += (0.01 - leaving) * hit.nx;
      y += (0.01 - leaving) * hit.ny;
      z += (0.01 - leaving) * hit.nz;
    }
    const next = this.#rays[mirrors], light = this.#mirrored[mirrors];
    this.#leave(next, hit, 1, x, y, z, false);
    if (mirrors < MIRRORS) this.radiance(next, light, mirrors + 1);
    else this.#sky(next, light, false);
    for (let c = 0; c < 3; c++) out[c] += share * (light[c] - out[c]);
  }

  /** Dims what lies far away and adds the glow of the air before it. */
  #dim(ray: Ray, sky: Sky, out: Vec3): void {
    const { haze, sunStrength } = this.#stage;
    const rise = ray.dy * ray.reach / haze.height;
    const thinning = Math.abs(rise) < 1e-4 ? 1 : (1 - Math.exp(-rise)) / rise;
    const length = ray.reach * thinning *
      Math.exp(-Math.max(0, ray.oy) / haze.height);
    sky.hazeGlow(ray.dx, ray.dy, ray.dz, this.#glow);
    for (let c = 0; c < 3; c++) {
      const kept = Math.exp(-haze.extinction[c] * length);
      out[c] = out[c] * kept +
        (1 - kept) * haze.glow * sunStrength * this.#glow[c];
    }
  }
}
