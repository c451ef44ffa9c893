/** A line on the ground, from point to point (x and z, metres). */
export type Shoreline = readonly (readonly [number, number])[];

/** A place along a shoreline. */
export interface Place {
  x: number;
  z: number;
  /** Direction along the line, of length 1. */
  alongX: number;
  alongZ: number;
}

/** The line's length, metres. */
export function lengthOf(line: Shoreline): number {
  let length = 0;
  for (let i = 1; i < line.length; i++) {
    length += Math.hypot(
      line[i][0] - line[i - 1][0],
      line[i][1] - line[i - 1][1],
    );
  }
  return length;
}

/** The place a distance (metres) along the line. */
export function placeAt(line: Shoreline, distance: number): Place {
  let left = distance;
  for (let i = 1;; i++) {
    const [x0, z0] = line[i - 1], [x1, z1] = line[i];
    const length = Math.hypot(x1 - x0, z1 - z0);
    if (left <= length || i === line.length - 1) {
      const alongX = (x1 - x0) / length, alongZ = (z1 - z0) / length;
      return { x: x0 + alongX * left, z: z0 + alongZ * left, alongX, alongZ };
    }
    left -= length;
  }
}

/** The line moved sideways, to the right of its direction (metres). */
export function moved(line: Shoreline, right: number): Shoreline {
  return line.map(([x, z], i) => {
    const [px, pz] = line[Math.max(0, i - 1)];
    const [qx, qz] = line[Math.min(line.length - 1, i + 1)];
    const length = Math.hypot(qx - px, qz - pz);
    return [x - (qz - pz) / length * right, z + (qx - px) / length * right];
  });
}

/** The line with its corners rounded (Chaikin, 1974). */
export function rounded(line: Shoreline, times: number): Shoreline {
  if (times === 0) return line;
  const finer: [number, number][] = [[...line[0]]];
  for (let i = 1; i < line.length; i++) {
    const [x0, z0] = line[i - 1], [x1, z1] = line[i];
    finer.push(
      [0.75 * x0 + 0.25 * x1, 0.75 * z0 + 0.25 * z1],
      [0.25 * x0 + 0.75 * x1, 0.25 * z0 + 0.75 * z1],
    );
  }
  finer.push([...line[line.length - 1]]);
  return rounded(finer, times - 1);
}
