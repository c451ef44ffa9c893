import { type Mesh, MeshBuilder } from "./mesh.ts";
import { between, createRandom } from "./random.ts";
import { ValleyMaterial } from "./valley_materials.ts";
import type { Vec3 } from "./vec.ts";

const NEEDLES: Vec3 = [0.062, 0.1, 0.042];
const BARK: Vec3 = [0.12, 0.085, 0.06];

/** Grows a spruce of height 1, with whorls of drooping branches. */
export function growConifer(
  seed: number,
  whorls: number,
  branches: number,
  tufts: number,
): Mesh {
  const mesh = new MeshBuilder();
  const random = createRandom(seed);
  mesh.paint(ValleyMaterial.bark, BARK);
  mesh.tube([0, -0.02, 0], [0, 0.95, 0], 0.016, 0.002, tufts > 2 ? 7 : 4);
  const bare = between(random, 0.05, 0.13);
  for (let i = 0; i < whorls; i++) {
    const t = i / whorls, y = bare + (0.99 - bare) * Math.pow(t, 0.9);
    const reach = 0.17 * Math.pow(1 - t, 0.8) + 0.008;
    for (let j = 0; j < branches; j++) {
      const angle = 2 * Math.PI * (j + random()) / branches + i * 2.4;
      const length = reach * between(random, 0.65, 1.2);
      addBranch(mesh, random, [0, y, 0], angle, length, tufts);
    }
  }
  return mesh.build();
}

function addBranch(
  mesh: MeshBuilder,
  random: () => number,
  from: Vec3,
  angle: number,
  length: number,
  tufts: number,
): void {
  const cos = Math.cos(angle), sin = Math.sin(angle);
  const droop = between(random, 0.25, 0.6);
  const at = (t: number, side: number, drop: number): Vec3 => [
    from[0] + cos * t * length - sin * side,
    from[1] - droop * length * t * (1.25 - 0.45 * t) - drop,
    from[2] + sin * t * length + cos * side,
  ];
  for (let i = 0; i < tufts; i++) {
    const t0 = i / tufts, t1 = (i + 1.5) / tufts;
    const width = length * 0.5 * (1 - 0.55 * t0) * (tufts > 10 ? 0.5 : tufts > 2 ? 0.75 : 1);
    const tone = between(random, 0.65, 1.25) * (0.75 + 0.5 * t0);
    mesh.paint(ValleyMaterial.needles, [
      NEEDLES[0] * tone * between(random, 0.85, 1.25),
      NEEDLES[1] * tone,
      NEEDLES[2] * tone,
    ]);
    for (const side of [-1, 1]) {
      mesh.triangle(
        at(t0, 0, 0),
        at(t1, 0, 0),
        at(
          t0 + between(random, 0.3, 0.75) / tufts,
          side * width * between(random, 0.6, 1),
          length * between(random, 0.05, 0.22),
        ),
      );
    }
  }
}
