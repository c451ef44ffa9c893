import type { Ray } from "./ray.ts";
import { cross, normalize, subtract, type Vec3 } from "./vec.ts";

/** Where the camera stands and what lens it has. */
export interface CameraOptions {
  /** Position and the point looked at, metres. */
  from: Vec3;
  to: Vec3;
  /** Angle of view across the picture's width, degrees. */
  angle: number;
  /** Diameter of the lens opening, metres. */
  aperture: number;
  /** Distance of what is sharp, metres. */
  focus: number;
  /** Shift of the picture upward, in picture heights; keeps walls upright. */
  rise: number;
}

/** A thin lens that draws straight lines straight. */
export class Camera {
  readonly #options: CameraOptions;
  readonly #forward: Vec3;
  readonly #right: Vec3;
  readonly #up: Vec3;
  readonly #aspect: number;

  /** `aspect` is the picture's height over its width. */
  constructor(options: CameraOptions, aspect: number) {
    this.#options = options;
    this.#forward = normalize(subtract(options.to, options.from));
    this.#right = normalize(cross(this.#forward, [0, 1, 0]));
    this.#up = cross(this.#right, this.#forward);
    this.#aspect = aspect;
  }

  /** Points the ray at a place in the picture (0 to 1 from the upper left corner). */
  aim(ray: Ray, u: number, v: number, lensU: number, lensV: number): void {
    const { from, angle, aperture, focus, rise } = this.#options;
    const f = this.#forward, r = this.#right, q = this.#up;
    const half = Math.tan(angle * Math.PI / 360);
    const x = (2 * u - 1) * half;
    const y = (1 - 2 * v + 2 * rise) * half * this.#aspect;
    const radius = aperture / 2 * Math.sqrt(lensU);
    const lensX = radius * Math.cos(2 * Math.PI * lensV);
    const lensY = radius * Math.sin(2 * Math.PI * lensV);
    const px = x - lensX / focus, py = y - lensY / focus;
    const dx = f[0] + r[0] * px + q[0] * py;
    const dy = f[1] + r[1] * px + q[1] * py;
    const dz = f[2] + r[2] * px + q[2] * py;
    const scale = 1 / Math.sqrt(dx * dx + dy * dy + dz * dz);
    ray.set(
      from[0] + r[0] * lensX + q[0] * lensY,
      from[1] + r[1] * lensX + q[1] * lensY,
      from[2] + r[2] * lensX + q[2] * lensY,
      dx * scale,
      dy * scale,
      dz * scale,
      Infinity,
      false,
    );
  }
}
