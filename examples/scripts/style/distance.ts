/**
 * Distance in cells from each cell of a label map to the nearest cell of
 * another label, by the 5×5 chamfer of Borgefors (1986).
 */
export function borderDistance(
  labels: Int16Array,
  width: number,
  height: number,
): Float32Array {
  const distance = new Float32Array(labels.length).fill(1e6);
  for (let row = 0, i = 0; row < height; row++) {
    for (let column = 0; column < width; column++, i++) {
      const right = column + 1 < width && labels[i] !== labels[i + 1];
      const down = row + 1 < height && labels[i] !== labels[i + width];
      if (right) distance[i] = distance[i + 1] = 0.5;
      if (down) distance[i] = distance[i + width] = 0.5;
    }
  }
  sweep(distance, width, height, 1);
  sweep(distance, width, height, -1);
  return distance;
}

/** Half of the chamfer's mask: column step, row step, distance. */
const MASK = [
  [-1, 0, 1],
  [0, -1, 1],
  [-1, -1, 1.4],
  [1, -1, 1.4],
  [-2, -1, 2.1969],
  [2, -1, 2.1969],
  [-1, -2, 2.1969],
  [1, -2, 2.1969],
];

/** One pass over all cells, from the first (sign 1) or the last (sign -1). */
function sweep(
  distance: Float32Array,
  width: number,
  height: number,
  sign: 1 | -1,
): void {
  for (let k = 0; k < distance.length; k++) {
    const i = sign > 0 ? k : distance.length - 1 - k;
    const row = Math.floor(i / width);
    const column = i - row * width;
    for (const [right, down, step] of MASK) {
      const c = column + sign * right;
      const r = row + sign * down;
      if (c < 0 || c >= width || r < 0 || r >= height) continue;
      const through = distance[r * width + c] + step;
      if (through < distance[i]) distance[i] = through;
    }
  }
}
