/**
 * Symmetric 3 × 3 matrices, six numbers each, one after the other: the upper triangle by rows.
 *
 * @module
 */

/** Numbers that a matrix takes. */
export const entries = 6;

/** Added to each diagonal, as a share of its mean, so that no matrix is singular. */
const ridge = 1e-4;

/** The iteration ends if the traces of both means agree to this share, or after so many rounds. */
const tolerance = 1e-3;
const rounds = 50;

/**
 * The positive matrices M with M C M = S, for each pair of positive semidefinite S and C: the geometric mean of S and
 * C⁻¹, by the iteration of the arithmetic and the harmonic mean (Bhatia 2007, section 4.5). If S or C is zero, the
 * unit matrix times the largest mean diagonal of the others.
 */
export function geometricMeans(s: Float64Array, c: Float64Array): Float64Array {
  const result = new Float64Array(s.length);
  const [a, b, inverseOfA, inverseOfB] = Array.from({ length: 4 }, () => new Float64Array(entries));
  const unsound: number[] = [];
  let largest = Number.MIN_VALUE;
  for (let at = 0; at < s.length; at += entries) {
    lifted(s, at, a);
    lifted(c, at, inverseOfB);
    invert(inverseOfB, b);
    // Two matrices of the same size agree sooner.
    const size = Math.cbrt(determinant(a) / determinant(b));
    if (!Number.isFinite(size) || size <= 0) {
      unsound.push(at);
      continue;
    }
    for (let i = 0; i < entries; i++) b[i] *= size;
    for (let round = 0; round < rounds; round++) {
      invert(a, inverseOfA);
      invert(b, inverseOfB);
      for (let i = 0; i < entries; i++) {
        a[i] = (a[i] + b[i]) / 2;
        inverseOfA[i] = (inverseOfA[i] + inverseOfB[i]) / 2;
      }
      invert(inverseOfA, b);
      if (trace(a) - trace(b) < tolerance * trace(a)) break;
    }
    for (let i = 0; i < entries; i++) result[at + i] = a[i] / Math.sqrt(size);
    largest = Math.max(largest, trace(a) / 3 / Math.sqrt(size));
  }
  for (const at of unsound) result.set([largest, 0, 0, largest, 0, largest], at);
  return result;
}

/** Σ of the traces of the products of two lists of matrices. */
export function productTrace(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i += entries) {
    sum += a[i] * b[i] + a[i + 3] * b[i + 3] + a[i + 5] * b[i + 5];
    sum += 2 * (a[i + 1] * b[i + 1] + a[i + 2] * b[i + 2] + a[i + 4] * b[i + 4]);
  }
  return sum;
}

function lifted(matrices: Float64Array, at: number, into: Float64Array): void {
  for (let i = 0; i < entries; i++) into[i] = matrices[at + i];
  const more = ridge * trace(into) / 3;
  into[0] += more;
  into[3] += more;
  into[5] += more;
}

function trace(a: Float64Array): number {
  return a[0] + a[3] + a[5];
}

function determinant([xx, xy, xz, yy, yz, zz]: Float64Array): number {
  return xx * (yy * zz - yz * yz) - xy * (xy * zz - yz * xz) + xz * (xy * yz - yy * xz);
}

function invert(a: Float64Array, into: Float64Array): void {
  const xx = a[0], xy = a[1], xz = a[2], yy = a[3], yz = a[4], zz = a[5];
  const c0 = yy * zz - yz * yz, c1 = xz * yz - xy * zz, c2 = xy * yz - xz * yy;
  const factor = 1 / (xx * c0 + xy * c1 + xz * c2);
  into[0] = c0 * factor;
  into[1] = c1 * factor;
  into[2] = c2 * factor;
  into[3] = (xx * zz - xz * xz) * factor;
  into[4] = (xy * xz - xx * yz) * factor;
  into[5] = (xx * yy - xy * xy) * factor;
}
