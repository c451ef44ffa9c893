import { Bvh } from "./bvh.ts";
import type { Ray } from "./ray.ts";
import { add, cross, normalize, subtract, type Vec3 } from "./vec.ts";

/** Triangles with a material number and a tint each, ready for tracing. */
export class Mesh {
  readonly bvh: Bvh;
  /** Nine numbers per triangle: a corner and the two edges that leave it. */
  readonly triangles: Float32Array;
  readonly materials: Uint8Array;
  /** Three numbers per triangle, linear colour. */
  readonly tints: Float32Array;

  constructor(corners: number[], materials: number[], tints: number[]) {
    this.materials = Uint8Array.from(materials);
    this.tints = Float32Array.from(tints);
    this.triangles = new Float32Array(corners.length);
    const boxes = new Float32Array(corners.length / 9 * 6);
    for (let i = 0, box = 0; i < corners.length; i += 9, box += 6) {
      for (let axis = 0; axis < 3; axis++) {
        const a = corners[i + axis];
        const b = corners[i + 3 + axis];
        const c = corners[i + 6 + axis];
        this.triangles[i + axis] = a;
        this.triangles[i + 3 + axis] = b - a;
        this.triangles[i + 6 + axis] = c - a;
        boxes[box + axis] = Math.min(a, b, c) - 1e-4;
        boxes[box + 3 + axis] = Math.max(a, b, c) + 1e-4;
      }
    }
    this.bvh = new Bvh(boxes, 3);
  }

  /** Finds the nearest triangle (or any, if the ray says so). */
  intersect(ray: Ray): boolean {
    return this.bvh.traverse(ray, this.#test);
  }

  // Möller and Trumbore, "Fast, Minimum Storage Ray-Triangle Intersection" (1997).
  readonly #test = (triangle: number, ray: Ray): boolean => {
    const t = this.triangles, i = triangle * 9;
    const ux = t[i + 3], uy = t[i + 4], uz = t[i + 5];
    const vx = t[i + 6], vy = t[i + 7], vz = t[i + 8];
    const px = ray.dy * vz - ray.dz * vy;
    const py = ray.dz * vx - ray.dx * vz;
    const pz = ray.dx * vy - ray.dy * vx;
    const determinant = ux * px + uy * py + uz * pz;
    if (determinant === 0) return false;
    const inverse = 1 / determinant;
    const sx = ray.ox - t[i], sy = ray.oy - t[i + 1], sz = ray.oz - t[i + 2];
    const u = (sx * px + sy * py + sz * pz) * inverse;
    if (u < 0 || u > 1) return false;
    const qx = sy * uz - sz * uy;
    const qy = sz * ux - sx * uz;
    const qz = sx * uy - sy * ux;
    const v = (ray.dx * qx + ray.dy * qy + ray.dz * qz) * inverse;
    if (v < 0 || u + v > 1) return false;
    const distance = (vx * qx + vy * qy + vz * qz) * inverse;
    if (distance <= 0 || distance >= ray.reach) return false;
    ray.reach = distance;
    ray.triangle = triangle;
    return true;
  };
}

/** Collects triangles; what is added is placed by the current frame. */
export class MeshBuilder {
  /** Material number of what is added next. */
  material = 0;
  /** Linear colour of what is added next. */
  tint: Vec3 = [1, 1, 1];
  readonly #corners: number[] = [];
  readonly #materials: number[] = [];
  readonly #tints: number[] = [];
  #origin: Vec3 = [0, 0, 0];
  #cos = 1;
  #sin = 0;

  /** Sets the frame: its origin (metres) and its turn about the vertical (radians). */
  place(origin: Vec3, yaw = 0): this {
    this.#origin = origin;
    this.#cos = Math.cos(yaw);
    this.#sin = Math.sin(yaw);
    return this;
  }

  /** Sets material number and tint. */
  paint(material: number, tint: Vec3): this {
    this.material = material;
    this.tint = tint;
    return this;
  }

  /** Adds a triangle. */
  triangle(...corners: [Vec3, Vec3, Vec3]): void {
    for (const [x, y, z] of corners) {
      this.#corners.push(
        this.#origin[0] + this.#cos * x + this.#sin * z,
        this.#origin[1] + y,
        this.#origin[2] - this.#sin * x + this.#cos * z,
      );
    }
    this.#materials.push(this.material);
    this.#tints.push(...this.tint);
  }

  /** Adds a flat four-cornered face; the corners go round it. */
  quad(a: Vec3, b: Vec3, c: Vec3, d: Vec3): void {
    this.triangle(a, b, c);
    this.triangle(a, c, d);
  }

  /** Adds an upright box between two corners. */
  box(low: Vec3, high: Vec3): void {
    const [x0, y0, z0] = low, [x1, y1, z1] = high;
    this.quad([x0, y0, z0], [x1, y0, z0], [x1, y1, z0], [x0, y1, z0]);
    this.quad([x0, y0, z1], [x1, y0, z1], [x1, y1, z1], [x0, y1, z1]);
    this.quad([x0, y0, z0], [x0, y0, z1], [x0, y1, z1], [x0, y1, z0]);
    this.quad([x1, y0, z0], [x1, y0, z1], [x1, y1, z1], [x1, y1, z0]);
    this.quad([x0, y0, z0], [x1, y0, z0], [x1, y0, z1], [x0, y0, z1]);
    this.quad([x0, y1, z0], [x1, y1, z0], [x1, y1, z1], [x0, y1, z1]);
  }

  /** Adds the side of a cone or cylinder from one centre to another (metres). */
  tube(
    from: Vec3,
    to: Vec3,
    fromRadius: number,
    toRadius: number,
    sides: number,
  ): void {
    const axis = normalize(subtract(to, from));
    const helper: Vec3 = Math.abs(axis[1]) > 0.9 ? [1, 0, 0] : [0, 1, 0];
    const u = normalize(cross(helper, axis)), v = cross(axis, u);
    const rim = (centre: Vec3, radius: number, i: number): Vec3 => {
      const angle = 2 * Math.PI * i / sides;
      return add(
        add(centre, u, radius * Math.cos(angle)),
        v,
        radius * Math.sin(angle),
      );
    };
    for (let i = 0; i < sides; i++) {
      const a = rim(from, fromRadius, i), b = rim(from, fromRadius, i + 1);
      if (toRadius === 0) this.triangle(a, b, to);
      else this.quad(a, b, rim(to, toRadius, i + 1), rim(to, toRadius, i));
    }
  }

  /** Adds the surface through a grid of points. */
  sheet(points: Vec3[][]): void {
    for (let i = 1; i < points.length; i++) {
      for (let j = 1; j < points[i].length; j++) {
        this.quad(
          points[i - 1][j - 1],
          points[i - 1][j],
          points[i][j],
          points[i][j - 1],
        );
      }
    }
  }

  /** Adds an egg-shaped body with three radii (metres). */
  ellipsoid(centre: Vec3, radii: Vec3, sides: number): void {
    const rows: Vec3[][] = [];
    for (let i = 0; i <= sides / 2; i++) {
      const latitude = Math.PI * (i / (sides / 2) - 0.5);
      rows.push(Array.from({ length: sides + 1 }, (_, j): Vec3 => {
        const longitude = 2 * Math.PI * j / sides;
        return [
          centre[0] + radii[0] * Math.cos(latitude) * Math.cos(longitude),
          centre[1] + radii[1] * Math.sin(latitude),
          centre[2] + radii[2] * Math.cos(latitude) * Math.sin(longitude),
        ];
      }));
    }
    this.sheet(rows);
  }

  /** The mesh of all that was added. */
  build(): Mesh {
    return new Mesh(this.#corners, this.#materials, this.#tints);
  }
}
