/**
 * Symmetric matrices as their upper triangles, row by row: half of the numbers travel.
 *
 * @module
 */

/** The upper triangle of a matrix [n, n]; the mean of both sides where they differ. */
export function packed(matrix: Float32Array, n: number): Float32Array {
  const triangle = new Float32Array(n * (n + 1) / 2);
  for (let row = 0, at = 0; row < n; row++) {
    for (let column = row; column < n; column++, at++) {
      triangle[at] = (matrix[row * n + column] + matrix[column * n + row]) / 2;
    }
  }
  return triangle;
}

/** The matrix [n, n] of an upper triangle. */
export function unpacked(triangle: Float32Array, n: number): Float32Array {
  const matrix = new Float32Array(n * n);
  for (let row = 0, at = 0; row < n; row++) {
    for (let column = row; column < n; column++, at++) {
      matrix[row * n + column] = matrix[column * n + row] = triangle[at];
    }
  }
  return matrix;
}
