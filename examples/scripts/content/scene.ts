import { Bvh } from "./bvh.ts";
import type { Mesh } from "./mesh.ts";
import { Ray } from "./ray.ts";
import type { Vec3 } from "./vec.ts";

/** A mesh set into the scene. */
export interface Instance {
  mesh: Mesh;
  /** Position of the mesh's origin, metres. */
  at: Vec3;
  /** Turn about the vertical, radians. */
  yaw: number;
  /** Size relative to the mesh. */
  scale: number;
  /** Colour that multiplies the mesh's tints. */
  tint: Vec3;
}

/** What a ray met. */
export class Hit {
  /** Position, metres. */
  x = 0;
  y = 0;
  z = 0;
  /** Face normal of length 1 that points to the ray's origin. */
  nx = 0;
  ny = 1;
  nz = 0;
  /** Tint of the triangle and its instance, linear colour. */
  r = 1;
  g = 1;
  b = 1;
  material = 0;
  /** Distance from the ray's origin, metres. */
  distance = 0;
}

/** All instances, under a hierarchy of their own. */
export class Scene {
  readonly #instances: Instance[];
  readonly #placing: Float64Array;
  readonly #bvh: Bvh;
  readonly #local = new Ray();

  constructor(instances: Instance[]) {
    this.#instances = instances;
    this.#placing = new Float64Array(instances.length * 3);
    const boxes = new Float32Array(instances.length * 6);
    instances.forEach((instance, i) => {
      const cos = Math.cos(instance.yaw), sin = Math.sin(instance.yaw);
      this.#placing.set([cos, sin, 1 / instance.scale], i * 3);
      const b = instance.mesh.bvh.bounds;
      const reachX = [b[0], b[3]], reachZ = [b[2], b[5]];
      const xs = reachX.flatMap((x) => reachZ.map((z) => cos * x + sin * z));
      const zs = reachX.flatMap((x) => reachZ.map((z) => cos * z - sin * x));
      const [x, y, z] = instance.at, s = instance.scale;
      boxes.set([
        x + s * Math.min(...xs),
        y + s * b[1],
        z + s * Math.min(...zs),
        x + s * Math.max(...xs),
        y + s * b[4],
        z + s * Math.max(...zs),
      ], i * 6);
    });
    this.#bvh = new Bvh(boxes, 1);
  }

  /** Finds the nearest hit, or any if the ray says so. */
  intersect(ray: Ray): boolean {
    return this.#bvh.traverse(ray, this.#test);
  }

  readonly #test = (index: number, ray: Ray): boolean => {
    const instance = this.#instances[index], local = this.#local;
    const cos = this.#placing[index * 3], sin = this.#placing[index * 3 + 1];
    const shrink = this.#placing[index * 3 + 2];
    const x = ray.ox - instance.at[0], z = ray.oz - instance.at[2];
    local.set(
      (cos * x - sin * z) * shrink,
      (ray.oy - instance.at[1]) * shrink,
      (sin * x + cos * z) * shrink,
      (cos * ray.dx - sin * ray.dz) * shrink,
      ray.dy * shrink,
      (sin * ray.dx + cos * ray.dz) * shrink,
      ray.reach,
      ray.any,
    );
    if (!instance.mesh.intersect(local)) return false;
    ray.reach = local.reach;
    ray.triangle = local.triangle;
    ray.instance = index;
    return true;
  };

  /** Fills in what the ray hit. */
  describe(ray: Ray, hit: Hit): void {
    const instance = this.#instances[ray.instance];
    const { triangles: t, tints, materials } = instance.mesh;
    const i = ray.triangle * 9, tint = ray.triangle * 3;
    const nx = t[i + 4] * t[i + 8] - t[i + 5] * t[i + 7];
    const ny = t[i + 5] * t[i + 6] - t[i + 3] * t[i + 8];
    const nz = t[i + 3] * t[i + 7] - t[i + 4] * t[i + 6];
    const cos = this.#placing[ray.instance * 3];
    const sin = this.#placing[ray.instance * 3 + 1];
    const wx = cos * nx + sin * nz, wz = cos * nz - sin * nx;
    const facing = wx * ray.dx + ny * ray.dy + wz * ray.dz;
    const scale = (facing > 0 ? -1 : 1) /
      (Math.sqrt(wx * wx + ny * ny + wz * wz) || 1);
    hit.nx = wx * scale;
    hit.ny = ny * scale;
    hit.nz = wz * scale;
    hit.x = ray.ox + ray.dx * ray.reach;
    hit.y = ray.oy + ray.dy * ray.reach;
    hit.z = ray.oz + ray.dz * ray.reach;
    hit.r = tints[tint] * instance.tint[0];
    hit.g = tints[tint + 1] * instance.tint[1];
    hit.b = tints[tint + 2] * instance.tint[2];
    hit.material = materials[ray.triangle];
    hit.distance = ray.reach;
  }
}
