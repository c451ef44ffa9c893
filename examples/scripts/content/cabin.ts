import type { MeshBuilder } from "./mesh.ts";
import { ValleyMaterial } from "./valley_materials.ts";
import type { Vec3 } from "./vec.ts";

const LOG: Vec3 = [0.27, 0.16, 0.085];
const SHINGLE: Vec3 = [0.2, 0.16, 0.13];

/** Adds a log cabin with a chimney and a landing stage towards +x; metres. */
export function addCabin(mesh: MeshBuilder): void {
  const width = 7, depth = 5.2, eaves = 2.8, ridge = 5.4;
  mesh.paint(ValleyMaterial.stone, [0.26, 0.25, 0.23]);
  mesh.box([-0.2, -3, -0.2], [width + 0.2, 0.25, depth + 0.2]);
  for (let y = 0.25; y < eaves; y += 0.26) {
    mesh.paint(ValleyMaterial.bark, LOG);
    for (const z of [0, depth]) {
      mesh.tube([-0.3, y + 0.13, z], [width + 0.3, y + 0.13, z], 0.14, 0.14, 8);
    }
    for (const x of [0, width]) {
      mesh.tube([x, y + 0.26, -0.3], [x, y + 0.26, depth + 0.3], 0.14, 0.14, 8);
    }
  }
  for (const x of [-0.02, width + 0.02]) {
    mesh.triangle([x, eaves, 0], [x, eaves, depth], [x, ridge - 0.1, depth / 2]);
  }
  mesh.paint(ValleyMaterial.shingles, SHINGLE);
  for (const [z, out] of [[-0.7, -1], [depth + 0.7, 1]]) {
    for (const lift of [0, 0.16]) {
      mesh.quad(
        [-0.8, eaves - 0.5 + lift, z],
        [width + 0.8, eaves - 0.5 + lift, z],
        [width + 0.8, ridge + lift, depth / 2 - out * 0.02],
        [-0.8, ridge + lift, depth / 2 - out * 0.02],
      );
    }
  }
  mesh.paint(ValleyMaterial.stone, [0.25, 0.23, 0.21]);
  mesh.box([1.4, ridge - 2, depth / 2 - 1.3], [2.3, ridge + 1.1, depth / 2 - 0.3]);
  for (const x of [1, 4.7]) {
    mesh.paint(ValleyMaterial.stone, [0.6, 0.57, 0.5]);
    mesh.box([x - 0.1, 1, -0.18], [x + 1.3, 2.2, 0]);
    mesh.paint(ValleyMaterial.pane, [0.5, 0.27, 0.08]);
    mesh.box([x, 1.1, -0.19], [x + 0.55, 2.1, -0.18]);
    mesh.box([x + 0.65, 1.1, -0.19], [x + 1.2, 2.1, -0.18]);
  }
  mesh.paint(ValleyMaterial.bark, [0.09, 0.055, 0.03]);
  mesh.box([2.9, 0.25, -0.17], [3.9, 2.3, 0]);
  mesh.paint(ValleyMaterial.bark, [0.3, 0.23, 0.16]);
  for (let i = 0; i < 26; i++) {
    const x = width + 1 + i * 0.42;
    mesh.box([x, 0.02, 1.6], [x + 0.36, 0.1, 3.2]);
    if (i % 6 === 5) {
      for (const z of [1.65, 3.15]) {
        mesh.tube([x, -4, z], [x, 0.55, z], 0.11, 0.1, 8);
      }
    }
  }
}
