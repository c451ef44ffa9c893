/** A source of numbers in [0, 1). */
export type Random = () => number;

/** Mixes up to three integers into one unsigned 32-bit integer. */
export function hash(a: number, b = 0, c = 0): number {
  let h = Math.imul(a | 0, 0x9e3779b1) ^ Math.imul(b | 0, 0x85ebca77) ^
    Math.imul(c | 0, 0xc2b2ae3d);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  h = Math.imul(h ^ (h >>> 12), 0x297a2d39);
  return (h ^ (h >>> 15)) >>> 0;
}

/** The same as {@link hash}, as a number in [0, 1). */
export function hashUnit(a: number, b = 0, c = 0): number {
  return hash(a, b, c) / 4294967296;
}

/** A generator that counts through {@link hash}; the same seed gives the same run. */
export function createRandom(seed: number): Random {
  let state = 0;
  return () => hashUnit(seed, state++, 0x51ed);
}

/** A number in [low, high). */
export function between(random: Random, low: number, high: number): number {
  return low + (high - low) * random();
}

/** One of the given values. */
export function pick<T>(random: Random, values: readonly T[]): T {
  return values[Math.floor(random() * values.length)];
}
