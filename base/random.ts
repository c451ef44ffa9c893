/**
 * Uniform numbers in [0, 1) from a seed: xoshiro128** (Blackman and Vigna 2018), its state filled by SplitMix32.
 *
 * @param seed A whole number; equal seeds yield equal numbers on every machine.
 */
export function randomFrom(seed: number): () => number {
  let filler = seed >>> 0;
  const fill = () => {
    filler = (filler + 0x9e3779b9) >>> 0;
    let z = filler;
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
    return (z ^ (z >>> 16)) >>> 0;
  };
  let [a, b, c, d] = [fill(), fill(), fill(), fill()];
  return () => {
    const mixed = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotate(d, 11);
    return mixed / 2 ** 32;
  };
}

function rotate(x: number, count: number): number {
  return (x << count) | (x >>> (32 - count));
}

/** Standard normal numbers from uniform ones in [0, 1) (Box and Muller 1958). */
export function normalFrom(random: () => number): () => number {
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
