import { type Mesh, MeshBuilder } from "./mesh.ts";
import { fractal3 } from "./noise.ts";
import { between, createRandom, pick } from "./random.ts";
import { ValleyMaterial } from "./valley_materials.ts";
import type { Vec3 } from "./vec.ts";

/** Grows a patch of grass about 1 m wide, with some flowers. */
export function growGrass(seed: number, blades: number, flowers: number): Mesh {
  const mesh = new MeshBuilder();
  const random = createRandom(seed);
  for (let i = 0; i < blades; i++) {
    const radius = 0.6 * Math.sqrt(random()), turn = 6.283 * random();
    const x = radius * Math.cos(turn), z = radius * Math.sin(turn);
    const height = between(random, 0.12, 0.42) * (1.15 - radius);
    const lean = between(random, 0.1, 0.6) * height, way = 6.283 * random();
    const dx = Math.cos(way) * lean, dz = Math.sin(way) * lean;
    const half = between(random, 0.003, 0.006);
    const px = -Math.sin(way) * half, pz = Math.cos(way) * half;
    const dry = random();
    const tone = between(random, 0.7, 1.2);
    mesh.paint(ValleyMaterial.blade, [
      (0.12 + 0.16 * dry) * tone,
      (0.19 + 0.07 * dry) * tone,
      (0.05 + 0.03 * dry) * tone,
    ]);
    const middle: Vec3 = [x + dx * 0.35, height * 0.6, z + dz * 0.35];
    const left: Vec3 = [middle[0] - px, middle[1], middle[2] - pz];
    const right: Vec3 = [middle[0] + px, middle[1], middle[2] + pz];
    mesh.quad([x - px, -0.05, z - pz], [x + px, -0.05, z + pz], right, left);
    mesh.triangle(left, right, [x + dx, height, z + dz]);
  }
  for (let i = 0; i < flowers; i++) {
    const x = between(random, -0.5, 0.5), z = between(random, -0.5, 0.5);
    const y = between(random, 0.2, 0.42);
    mesh.paint(ValleyMaterial.blade, [0.09, 0.14, 0.04]);
    mesh.tube([x, 0, z], [x, y, z], 0.003, 0.003, 3);
    mesh.paint(
      ValleyMaterial.blade,
      pick<Vec3>(random, [
        [0.75, 0.7, 0.62],
        [0.75, 0.5, 0.05],
        [0.38, 0.16, 0.5],
        [0.65, 0.12, 0.1],
      ]),
    );
    for (let k = 0; k < 6; k++) {
      const a = k * 1.047, b = a + 0.8, size = 0.032;
      mesh.triangle(
        [x, y, z],
        [x + size * Math.cos(a), y + 0.012, z + size * Math.sin(a)],
        [x + size * Math.cos(b), y + 0.012, z + size * Math.sin(b)],
      );
    }
  }
  return mesh.build();
}

/** Makes a boulder of radius about 1. */
export function makeStone(seed: number): Mesh {
  const mesh = new MeshBuilder();
  const random = createRandom(seed), shift = 40 * random();
  const squash: Vec3 = [1, between(random, 0.5, 0.75), between(random, 0.7, 1)];
  const tone = between(random, 0.8, 1.15);
  mesh.paint(ValleyMaterial.stone, [0.27 * tone, 0.255 * tone, 0.235 * tone]);
  const rows = 48, columns = 80, points: Vec3[][] = [];
  for (let i = 0; i <= rows; i++) {
    const latitude = Math.PI * (i / rows - 0.5);
    points.push(Array.from({ length: columns + 1 }, (_, j): Vec3 => {
      const longitude = 2 * Math.PI * (j % columns) / columns;
      const p: Vec3 = [
        Math.cos(latitude) * Math.cos(longitude),
        Math.sin(latitude),
        Math.cos(latitude) * Math.sin(longitude),
      ];
      const lump = fractal3(p[0] * 0.9 + shift, p[1] * 0.9, p[2] * 0.9, 2);
      const crack = fractal3(p[0] * 2.2 + shift, p[1] * 2.2, p[2] * 2.2, 5);
      const radius = 1 + 0.3 * lump - 0.16 * Math.abs(crack);
      return [
        p[0] * radius * squash[0],
        p[1] * radius * squash[1],
        p[2] * radius * squash[2],
      ];
    }));
  }
  mesh.sheet(points);
  return mesh.build();
}
