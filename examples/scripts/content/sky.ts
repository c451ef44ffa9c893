import { Atmosphere } from "./atmosphere.ts";
import { type CloudOptions, viewClouds } from "./clouds.ts";
import { add, direction, type Vec3 } from "./vec.ts";

/** What the sky of a picture is like. */
export interface SkyOptions {
  /** Where the sun stands, degrees (azimuth from -z towards +x). */
  sunAzimuth: number;
  sunElevation: number;
  /** Dust in the air relative to clean air. */
  haze: number;
  clouds: CloudOptions;
  /** Middle of the finely drawn part, degrees. */
  azimuth: number;
  /** Half the width of the finely drawn part, degrees. */
  halfWidth: number;
  /** Upper end of the finely drawn part, degrees. */
  height: number;
}

interface Panorama {
  width: number;
  height: number;
  /** Left edge and extents, radians; the lower edge is the horizon. */
  left: number;
  spanAzimuth: number;
  spanElevation: number;
  pixels: Float32Array;
}

const DOME = { width: 256, height: 96 };
const WINDOW = { width: 1400, height: 720 };
const CLEAR = { width: 128, height: 64 };
const DEGREE = Math.PI / 180;

/** Numbers that a sky's shared memory holds. */
export const SKY_SIZE = 3 *
  (DOME.width * DOME.height + WINDOW.width * WINDOW.height);

/** Sun and sky with clouds, drawn once into two panoramas and then looked up. */
export class Sky {
  /** Direction to the sun. */
  readonly sun: Vec3;
  /** Sunlight that arrives at the ground. */
  readonly sunlight: Vec3;
  readonly #options: SkyOptions;
  readonly #clear: Panorama;
  readonly #dome: Panorama;
  readonly #window: Panorama;

  /** `memory` has {@link SKY_SIZE} numbers and may be shared between workers. */
  constructor(options: SkyOptions, memory: Float32Array) {
    this.#options = options;
    this.sun = direction(options.sunAzimuth, options.sunElevation);
    const air = new Atmosphere(this.sun, options.haze);
    this.sunlight = air.transmittance(this.sun, 200);
    const whole = { left: -Math.PI, spanAzimuth: 2 * Math.PI };
    const domeSize = 3 * DOME.width * DOME.height;
    this.#dome = {
      ...DOME,
      ...whole,
      spanElevation: Math.PI / 2,
      pixels: memory.subarray(0, domeSize),
    };
    this.#window = {
      ...WINDOW,
      left: (options.azimuth - options.halfWidth) * DEGREE,
      spanAzimuth: 2 * options.halfWidth * DEGREE,
      spanElevation: options.height * DEGREE,
      pixels: memory.subarray(domeSize),
    };
    this.#clear = {
      ...CLEAR,
      ...whole,
      spanElevation: Math.PI / 2,
      pixels: new Float32Array(3 * CLEAR.width * CLEAR.height),
    };
    for (let row = 0; row < CLEAR.height; row++) {
      drawRow(this.#clear, row, (view) => air.radiance(view));
    }
  }

  /** Draws every `stride`-th row of both panoramas, from row `start` on. */
  draw(start: number, stride: number): void {
    const skylight = this.#averageClear();
    const paint = (view: Vec3): Vec3 => {
      const cloud = viewClouds(
        this.#options.clouds,
        view,
        this.sun,
        this.sunlight,
        skylight,
      );
      const clear: Vec3 = [0, 0, 0];
      lookUp(this.#clear, ...view, clear);
      return add(cloud.light, clear, cloud.clear);
    };
    for (const panorama of [this.#dome, this.#window]) {
      for (let row = start; row < panorama.height; row += stride) {
        drawRow(panorama, row, paint);
      }
    }
  }

  #averageClear(): Vec3 {
    const sum: Vec3 = [0, 0, 0];
    const { pixels } = this.#clear;
    for (let i = 0; i < pixels.length; i++) sum[i % 3] += pixels[i];
    return sum.map((value) => value * 3 / pixels.length) as Vec3;
  }

  /** Radiance of the sky with its clouds, without the sun's disc. */
  radiance(x: number, y: number, z: number, out: Vec3): void {
    if (!lookUp(this.#window, x, y, z, out)) lookUp(this.#dome, x, y, z, out);
  }

  /** Radiance of the air between here and the horizon. */
  hazeGlow(x: number, y: number, z: number, out: Vec3): void {
    const low = Math.max(0.02, y);
    const scale = Math.sqrt((1 - low * low) / Math.max(1e-6, x * x + z * z));
    lookUp(this.#clear, x * scale, low, z * scale, out);
  }
}

function drawRow(
  panorama: Panorama,
  row: number,
  paint: (view: Vec3) => Vec3,
): void {
  const v = (row + 0.5) / panorama.height;
  const elevation = (panorama.spanElevation * v * v) / DEGREE;
  for (let column = 0; column < panorama.width; column++) {
    const u = (column + 0.5) / panorama.width;
    const azimuth = (panorama.left + panorama.spanAzimuth * u) / DEGREE;
    const colour = paint(direction(azimuth, elevation));
    panorama.pixels.set(colour, 3 * (row * panorama.width + column));
  }
}

/** Reads a panorama between its pixels; says whether the direction lies in it. */
function lookUp(
  panorama: Panorama,
  x: number,
  y: number,
  z: number,
  out: Vec3,
): boolean {
  const { width, height, pixels } = panorama;
  const turn = 2 * Math.PI;
  let azimuth = Math.atan2(x, -z) - panorama.left;
  azimuth -= turn * Math.floor(azimuth / turn);
  const elevation = Math.asin(Math.min(1, Math.max(0, y)));
  if (azimuth > panorama.spanAzimuth || elevation > panorama.spanElevation) {
    return false;
  }
  const u = azimuth / panorama.spanAzimuth * width - 0.5;
  const v = Math.sqrt(elevation / panorama.spanElevation) * height - 0.5;
  const column = Math.floor(u), fx = u - column;
  const row = Math.min(height - 2, Math.max(0, Math.floor(v)));
  const fy = Math.min(1, Math.max(0, v - row));
  const wraps = panorama.spanAzimuth > 6.28;
  const a = wraps ? (column + width) % width : Math.max(0, column);
  const b = wraps ? (column + 1) % width : Math.min(width - 1, column + 1);
  const low = 3 * row * width, high = low + 3 * width;
  for (let c = 0; c < 3; c++) {
    const p = pixels[low + 3 * a + c], q = pixels[low + 3 * b + c];
    const r = pixels[high + 3 * a + c], s = pixels[high + 3 * b + c];
    const near = p + (q - p) * fx, far = r + (s - r) * fx;
    out[c] = near + (far - near) * fy;
  }
  return true;
}
