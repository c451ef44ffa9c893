import { createRandom } from "./random.ts";

// Gradient noise after Perlin, "Improving Noise" (2002), with seeded tables.

const table = new Uint8Array(512);
{
  const random = createRandom(20);
  for (let i = 0; i < 256; i++) table[i] = i;
  for (let i = 255; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [table[i], table[j]] = [table[j], table[i]];
  }
  table.copyWithin(256, 0, 256);
}

const gradientX = new Float64Array(256);
const gradientY = new Float64Array(256);
const gradientZ = new Float64Array(256);
{
  const random = createRandom(21);
  for (let i = 0; i < 256; i++) {
    const z = 2 * random() - 1;
    const angle = 2 * Math.PI * random();
    const radius = Math.sqrt(1 - z * z);
    gradientX[i] = radius * Math.cos(angle);
    gradientY[i] = radius * Math.sin(angle);
    gradientZ[i] = z;
  }
}

const planeX = Float64Array.from(
  { length: 256 },
  (_, i) => Math.cos(i / 128 * Math.PI),
);
const planeY = Float64Array.from(
  { length: 256 },
  (_, i) => Math.sin(i / 128 * Math.PI),
);

function fade(t: number): number {
  return t * t * t * (t * (t * 6 - 15) + 10);
}

/** Smooth noise of three coordinates with features of size 1, about -1 to 1. */
export function noise3(x: number, y: number, z: number): number {
  const fx = Math.floor(x), fy = Math.floor(y), fz = Math.floor(z);
  x -= fx;
  y -= fy;
  z -= fz;
  const u = fade(x), v = fade(y), w = fade(z);
  const ix = fx & 255, iy = fy & 255, iz = fz & 255;
  const a = table[ix] + iy, b = table[(ix + 1) & 255] + iy;
  const aa = table[a & 255] + iz, ab = table[(a + 1) & 255] + iz;
  const ba = table[b & 255] + iz, bb = table[(b + 1) & 255] + iz;
  const n = (i: number, dx: number, dy: number, dz: number) => {
    const g = table[i & 255];
    return gradientX[g] * dx + gradientY[g] * dy + gradientZ[g] * dz;
  };
  const x00 = n(aa, x, y, z), x10 = n(ba, x - 1, y, z);
  const x01 = n(ab, x, y - 1, z), x11 = n(bb, x - 1, y - 1, z);
  const y00 = n(aa + 1, x, y, z - 1), y10 = n(ba + 1, x - 1, y, z - 1);
  const y01 = n(ab + 1, x, y - 1, z - 1), y11 = n(bb + 1, x - 1, y - 1, z - 1);
  const low = x00 + u * (x10 - x00), high = x01 + u * (x11 - x01);
  const near = low + v * (high - low);
  const low1 = y00 + u * (y10 - y00), high1 = y01 + u * (y11 - y01);
  const far = low1 + v * (high1 - low1);
  return 1.5 * (near + w * (far - near));
}

/** Smooth noise of two coordinates with features of size 1, about -1 to 1. */
export function noise2(x: number, y: number): number {
  const fx = Math.floor(x), fy = Math.floor(y);
  x -= fx;
  y -= fy;
  const u = fade(x), v = fade(y);
  const ix = fx & 255, iy = fy & 255;
  const a = table[ix] + iy, b = table[(ix + 1) & 255] + iy;
  const n = (i: number, dx: number, dy: number) => {
    const angle = table[table[i & 255]];
    return planeX[angle] * dx + planeY[angle] * dy;
  };
  const near = n(a, x, y), right = n(b, x - 1, y);
  const up = n(a + 1, x, y - 1), corner = n(b + 1, x - 1, y - 1);
  const low = near + u * (right - near), high = up + u * (corner - up);
  return 1.5 * (low + v * (high - low));
}

/** Fractal sum of {@link noise2}: each octave twice as fine and half as strong. */
export function fractal2(x: number, y: number, octaves: number): number {
  let sum = 0, weight = 1;
  for (let i = 0; i < octaves; i++) {
    sum += weight * noise2(x, y);
    const turned = 1.6 * x - 1.2 * y + 17.3;
    y = 1.2 * x + 1.6 * y + 5.1;
    x = turned;
    weight *= 0.5;
  }
  return sum;
}

/** Fractal sum of {@link noise3}: each octave twice as fine and half as strong. */
export function fractal3(
  x: number,
  y: number,
  z: number,
  octaves: number,
): number {
  let sum = 0, weight = 1;
  for (let i = 0; i < octaves; i++) {
    sum += weight * noise3(x, y, z);
    const turned = 1.6 * x - 1.2 * z + 17.3;
    z = 1.2 * x + 1.6 * z + 5.1;
    y = 2.03 * y + 3.7;
    x = turned;
    weight *= 0.5;
  }
  return sum;
}

/**
 * Ridged multifractal after Musgrave ("Texturing and Modeling", 1994): sharp
 * crests, and detail that grows with height; about 0 to 1.
 */
export function ridged2(x: number, y: number, octaves: number): number {
  let sum = 0, weight = 0.55, carry = 1;
  for (let i = 0; i < octaves; i++) {
    const crest = 1 - Math.abs(noise2(x, y));
    const signal = crest * crest * carry;
    sum += weight * signal;
    carry = Math.min(1, signal * 1.6);
    const turned = 1.6 * x - 1.2 * y + 31.7;
    y = 1.2 * x + 1.6 * y + 9.2;
    x = turned;
    weight *= 0.5;
  }
  return sum;
}

/** 0 below low, 1 above high, and a smooth rise between. */
export function smoothstep(low: number, high: number, x: number): number {
  const t = Math.min(1, Math.max(0, (x - low) / (high - low)));
  return t * t * (3 - 2 * t);
}
