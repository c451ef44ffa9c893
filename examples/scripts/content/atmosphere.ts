import { dot, normalize, type Vec3 } from "./vec.ts";

// Scattering figures per metre and scale heights in metres as in Hillaire,
// "A Scalable and Production Ready Sky and Atmosphere" (2020), table 1.
const RAYLEIGH: Vec3 = [5.802e-6, 13.558e-6, 33.1e-6];
const OZONE: Vec3 = [0.65e-6, 1.881e-6, 0.085e-6];
const MIE_SCATTERING = 3.996e-6;
const MIE_EXTINCTION = 4.44e-6;
const RAYLEIGH_HEIGHT = 8000;
const MIE_HEIGHT = 1200;
const EARTH_RADIUS = 6.36e6;
const AIR_TOP = 6.46e6;
/** Light scattered more than once, as a share of an even first scattering. */
const MULTIPLE = 0.6;

/** A clear sky by single scattering, with an even share for the later orders. */
export class Atmosphere {
  /** Direction to the sun. */
  readonly sun: Vec3;
  /** How much more dust the air holds than clean air does. */
  readonly haze: number;

  constructor(sun: Vec3, haze: number) {
    this.sun = sun;
    this.haze = haze;
  }

  /** Share of sunlight that arrives from a direction at a height (metres). */
  transmittance(from: Vec3, height: number): Vec3 {
    const path: Vec3 = [0, 0, 0];
    const origin: Vec3 = [0, EARTH_RADIUS + height, 0];
    const length = leaveAt(origin, from), steps = 12;
    for (let i = 0; i < steps; i++) {
      const near = (i / steps) ** 2, far = ((i + 1) / steps) ** 2;
      const t = length * (near + far) / 2;
      this.#absorb(path, heightAt(origin, from, t), length * (far - near));
    }
    return path.map((depth) => Math.exp(-depth)) as Vec3;
  }

  #absorb(path: Vec3, height: number, length: number): void {
    const air = Math.exp(-height / RAYLEIGH_HEIGHT) * length;
    const dust = Math.exp(-height / MIE_HEIGHT) * length * this.haze;
    const ozone = Math.max(0, 1 - Math.abs(height - 25000) / 15000) * length;
    for (let c = 0; c < 3; c++) {
      path[c] += RAYLEIGH[c] * air + MIE_EXTINCTION * dust + OZONE[c] * ozone;
    }
  }

  /** Radiance of the clear sky for sunlight of strength 1. */
  radiance(towards: Vec3): Vec3 {
    const view = normalize([towards[0], Math.max(0.004, towards[1]), towards[2]]);
    const origin: Vec3 = [0, EARTH_RADIUS + 200, 0];
    const length = leaveAt(origin, view), steps = 40;
    const cosine = dot(view, this.sun);
    const rayleighPhase = 3 / (16 * Math.PI) * (1 + cosine * cosine);
    const miePhase = henyeyGreenstein(cosine, 0.76);
    const even = MULTIPLE / (4 * Math.PI);
    const path: Vec3 = [0, 0, 0], light: Vec3 = [0, 0, 0];
    for (let i = 0; i < steps; i++) {
      const near = (i / steps) ** 2, far = ((i + 1) / steps) ** 2;
      const t = length * (near + far) / 2, step = length * (far - near);
      const height = heightAt(origin, view, t);
      this.#absorb(path, height, step / 2);
      const sunlight = this.transmittance(this.sun, height);
      const air = Math.exp(-height / RAYLEIGH_HEIGHT) * step;
      const dust = Math.exp(-height / MIE_HEIGHT) * step * this.haze;
      for (let c = 0; c < 3; c++) {
        const scattered = RAYLEIGH[c] * air * (rayleighPhase + even) +
          MIE_SCATTERING * dust * (miePhase + even);
        light[c] += scattered * sunlight[c] * Math.exp(-path[c]);
      }
      this.#absorb(path, height, step / 2);
    }
    return light;
  }
}

/** The phase function of Henyey and Greenstein (1941). */
export function henyeyGreenstein(cosine: number, g: number): number {
  return (1 - g * g) /
    (4 * Math.PI * Math.pow(1 + g * g - 2 * g * cosine, 1.5));
}

function leaveAt(origin: Vec3, towards: Vec3): number {
  const b = dot(origin, towards);
  return -b + Math.sqrt(b * b - dot(origin, origin) + AIR_TOP * AIR_TOP);
}

function heightAt(origin: Vec3, towards: Vec3, t: number): number {
  const x = towards[0] * t, y = origin[1] + towards[1] * t;
  const z = towards[2] * t;
  return Math.max(0, Math.sqrt(x * x + y * y + z * z) - EARTH_RADIUS);
}
