/**
 * Arithmetic on long vectors. Sums are taken in float64, whatever the elements.
 *
 * @module
 */

/** Σ aᵢ bᵢ. */
export function dot(a: Float32Array, b: Float32Array): number {
  // Four sums side by side: one alone waits for each addition to finish.
  let s0 = 0, s1 = 0, s2 = 0, s3 = 0;
  const whole = a.length - a.length % 4;
  for (let i = 0; i < whole; i += 4) {
    s0 += a[i] * b[i];
    s1 += a[i + 1] * b[i + 1];
    s2 += a[i + 2] * b[i + 2];
    s3 += a[i + 3] * b[i + 3];
  }
  for (let i = whole; i < a.length; i++) s0 += a[i] * b[i];
  return s0 + s1 + s2 + s3;
}

/** √(a · a). */
export function norm(a: Float32Array): number {
  return Math.sqrt(dot(a, a));
}

/** a + factor · b, written to `into`: a new vector unless given. */
export function add(
  a: Float32Array,
  b: Float32Array,
  factor: number,
  into: Float32Array = new Float32Array(a.length),
): Float32Array {
  for (let i = 0; i < a.length; i++) into[i] = a[i] + factor * b[i];
  return into;
}

/** factor · a. */
export function scaled(a: Float32Array, factor: number): Float32Array {
  return a.map((x) => factor * x);
}
