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

/** Mean of |x|. */
export function meanSize(x: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += Math.abs(x[i]);
  return sum / x.length;
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

/** factor · a, written to `into`: a new vector unless given. */
export function scaled(
  a: Float32Array,
  factor: number,
  into: Float32Array = new Float32Array(a.length),
): Float32Array {
  for (let i = 0; i < a.length; i++) into[i] = factor * a[i];
  return into;
}

/**
 * The inner product of each vector with another. Two at a time, which reads the other half as often; a last one alone
 * takes the same path, so that a product is the same to the last bit whatever the vector's index.
 */
export function dots(vectors: readonly Float32Array[], other: Float32Array): number[] {
  const products: number[] = [];
  for (let k = 0; k < vectors.length; k += 2) {
    const [a, b] = [vectors[k], vectors[k + 1] ?? vectors[k]];
    let a0 = 0, a1 = 0, b0 = 0, b1 = 0;
    const whole = other.length - other.length % 2;
    for (let i = 0; i < whole; i += 2) {
      const x = other[i], y = other[i + 1];
      a0 += a[i] * x;
      b0 += b[i] * x;
      a1 += a[i + 1] * y;
      b1 += b[i + 1] * y;
    }
    for (let i = whole; i < other.length; i++) {
      a0 += a[i] * other[i];
      b0 += b[i] * other[i];
    }
    products.push(a0 + a1, b0 + b1);
  }
  return products.slice(0, vectors.length);
}

/** Adds Σ factorᵢ · vectorᵢ to a vector, two at a time. */
export function addAll(into: Float32Array, vectors: readonly Float32Array[], factors: readonly number[]): void {
  for (let k = 0; k + 1 < vectors.length; k += 2) {
    const [a, b, alpha, beta] = [vectors[k], vectors[k + 1], factors[k], factors[k + 1]];
    for (let i = 0; i < into.length; i++) into[i] += alpha * a[i] + beta * b[i];
  }
  if (vectors.length % 2 === 1) add(into, vectors.at(-1)!, factors.at(-1)!, into);
}
