/** A smooth random function of the plane, about -1 to 1, with cells of size 1. */
export type Noise = (x: number, y: number) => number;

/** Ken Perlin's gradient noise with quintic fade, one function per seed. */
export function createNoise(seed: number): Noise {
  return function noise(x, y) {
    const left = Math.floor(x);
    const top = Math.floor(y);
    const fx = x - left;
    const fy = y - top;
    const u = fade(fx);
    const v = fade(fy);
    const a = slope(seed, left, top, fx, fy);
    const b = slope(seed, left + 1, top, fx - 1, fy);
    const c = slope(seed, left, top + 1, fx, fy - 1);
    const d = slope(seed, left + 1, top + 1, fx - 1, fy - 1);
    const upper = a + u * (b - a);
    const lower = c + u * (d - c);
    return 1.5 * (upper + v * (lower - upper));
  };
}

/** Noise summed over octaves, each twice as fine and half as strong. */
export function fractal(
  noise: Noise,
  x: number,
  y: number,
  octaves = 4,
): number {
  let sum = 0;
  let amplitude = 0.55;
  for (let i = 0; i < octaves; i++) {
    sum += amplitude * noise(x, y);
    x = 2 * x + 17.3;
    y = 2 * y - 9.1;
    amplitude /= 2;
  }
  return sum;
}

/** A Hermite step from 0 at `low` to 1 at `high`. */
export function smoothstep(low: number, high: number, x: number): number {
  const t = Math.min(1, Math.max(0, (x - low) / (high - low)));
  return t * t * (3 - 2 * t);
}

/** An integer hash of a lattice point, uniform in [0, 1). */
function hash(seed: number, x: number, y: number): number {
  let h = Math.imul(x, 0x27d4eb2d) ^ Math.imul(y, 0x165667b1) ^
    Math.imul(seed, 0x9e3779b1);
  h = Math.imul(h ^ (h >>> 15), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return ((h ^ (h >>> 16)) >>> 0) / 4294967296;
}

function fade(t: number): number {
  return t * t * t * (t * (6 * t - 15) + 10);
}

/** Unit gradients in 64 directions, tabled since sines are slow. */
const DIRECTIONS = Array.from({ length: 64 }, (_, i) => ({
  x: Math.cos(Math.PI * i / 32),
  y: Math.sin(Math.PI * i / 32),
}));

function slope(
  seed: number,
  column: number,
  row: number,
  x: number,
  y: number,
): number {
  const direction = DIRECTIONS[Math.floor(hash(seed, column, row) * 64)];
  return direction.x * x + direction.y * y;
}
