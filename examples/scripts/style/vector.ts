/** A direction or a place in the scene, in metres: right, up, away. */
export type Vector = readonly [number, number, number];

/** The place `distance` along a ray. */
export function along(from: Vector, ray: Vector, distance: number): Vector {
  return [
    from[0] + ray[0] * distance,
    from[1] + ray[1] * distance,
    from[2] + ray[2] * distance,
  ];
}

/** The vector at length 1. */
export function unit(v: Vector): Vector {
  const norm = length(v);
  return [v[0] / norm, v[1] / norm, v[2] / norm];
}

/** Length of a vector. */
export function length(v: Vector): number {
  return Math.hypot(v[0], v[1], v[2]);
}

/** Inner product of two vectors. */
export function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}
