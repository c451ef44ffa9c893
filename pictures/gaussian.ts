/** Three numbers, such as those of a colour. */
export type Triple = readonly [number, number, number];

/** A normal distribution of triples. */
export interface Gaussian {
  readonly mean: Triple;
  /** The Cholesky factor of its covariance, row by row: l00, l10, l11, l20, l21, l22. */
  readonly factor: readonly [number, number, number, number, number, number];
}

/**
 * The normal distribution with the mean and covariance of `count` triples.
 *
 * @param weightAt The weight of each, 1 unless given.
 * @param least Added to the variance of each axis, 0 unless given.
 */
export function gaussianOf(
  count: number,
  tripleAt: (i: number) => Triple,
  { weightAt = () => 1, least = 0 }: { weightAt?: (i: number) => number; least?: number } = {},
): Gaussian {
  let total = 0;
  const [sum, products] = [[0, 0, 0], [0, 0, 0, 0, 0, 0]];
  for (let i = 0; i < count; i++) {
    const weight = weightAt(i);
    const [x, y, z] = tripleAt(i);
    total += weight;
    [x, y, z].forEach((value, k) => sum[k] += weight * value);
    [x * x, x * y, y * y, x * z, y * z, z * z].forEach((value, k) => products[k] += weight * value);
  }
  const mean: Triple = [sum[0] / total, sum[1] / total, sum[2] / total];
  const [x, y, z] = mean;
  const [xx, xy, yy, xz, yz, zz] = [x * x, x * y, y * y, x * z, y * z, z * z]
    .map((square, k) => products[k] / total - square);

  const l00 = root(xx + least);
  const [l10, l20] = [over(xy, l00), over(xz, l00)];
  const l11 = root(yy + least - l10 ** 2);
  const l21 = over(yz - l20 * l10, l11);
  const l22 = root(zz + least - l20 ** 2 - l21 ** 2);
  return { mean, factor: [l00, l10, l11, l20, l21, l22] };
}

/** Maps a standard normal triple z to the distribution: mean + L · z. */
export function fromStandard({ mean, factor: [l00, l10, l11, l20, l21, l22] }: Gaussian, [x, y, z]: Triple): Triple {
  return [mean[0] + l00 * x, mean[1] + l10 * x + l11 * y, mean[2] + l20 * x + l21 * y + l22 * z];
}

/** Maps a triple x of the distribution to a standard normal one: L⁻¹ · (x − mean). L's diagonal must hold no zero. */
export function toStandard({ mean, factor: [l00, l10, l11, l20, l21, l22] }: Gaussian, triple: Triple): Triple {
  const x = (triple[0] - mean[0]) / l00;
  const y = (triple[1] - mean[1] - l10 * x) / l11;
  return [x, y, (triple[2] - mean[2] - l20 * x - l21 * y) / l22];
}

/** The square root of a variance, which rounding may leave a little below 0. */
function root(variance: number): number {
  return Math.sqrt(Math.max(0, variance));
}

/** An entry of the Cholesky factor below its diagonal; 0 if there is no variance. */
function over(covariance: number, deviation: number): number {
  return deviation === 0 ? 0 : covariance / deviation;
}
