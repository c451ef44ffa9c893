import type { MeshBuilder } from "./mesh.ts";
import { between, pick, type Random } from "./random.ts";
import { TownMaterial } from "./town_materials.ts";
import type { Vec3 } from "./vec.ts";

/** Height of the quay above the water, metres. */
export const QUAY = 1.75;

/** Adds a lamp post. */
export function addLamp(mesh: MeshBuilder): void {
  mesh.paint(TownMaterial.plain, [0.035, 0.045, 0.042]);
  mesh.tube([0, 0, 0], [0, 0.7, 0], 0.11, 0.08, 8);
  mesh.tube([0, 0.7, 0], [0, 3.6, 0], 0.055, 0.04, 8);
  mesh.tube([-0.35, 3.3, 0], [0.35, 3.3, 0], 0.025, 0.025, 6);
  mesh.tube([0, 3.6, 0], [0, 3.75, 0], 0.2, 0.2, 6);
  mesh.tube([0, 4.2, 0], [0, 4.5, 0], 0.28, 0.02, 6);
  mesh.paint(TownMaterial.glass, [0.55, 0.52, 0.44]);
  mesh.tube([0, 3.75, 0], [0, 4.2, 0], 0.15, 0.24, 6);
}

/** Adds an iron bollard. */
export function addBollard(mesh: MeshBuilder): void {
  mesh.paint(TownMaterial.varnish, [0.03, 0.03, 0.032]);
  mesh.tube([0, 0, 0], [0, 0.5, 0], 0.16, 0.12, 10);
  mesh.ellipsoid([0, 0.55, 0], [0.21, 0.13, 0.21], 12);
}

/** Adds a wooden pile that stands in the water. */
export function addPile(mesh: MeshBuilder, height: number): void {
  mesh.paint(TownMaterial.bark, [0.13, 0.1, 0.075]);
  mesh.tube([0, -1, 0], [0.05, height, 0.03], 0.19, 0.17, 10);
  mesh.ellipsoid([0.05, height, 0.03], [0.17, 0.03, 0.17], 10);
  mesh.paint(TownMaterial.plain, [0.045, 0.06, 0.035]);
  mesh.tube([0, -0.5, 0], [0, 0.35, 0], 0.2, 0.198, 10);
}

/** Adds a crate or a barrel. */
export function addCargo(mesh: MeshBuilder, random: Random): void {
  if (random() < 0.5) {
    mesh.paint(TownMaterial.bark, [0.3, 0.2, 0.11]);
    const size = between(random, 0.35, 0.5);
    mesh.box([-size, 0, -size * 0.8], [size, size * 1.4, size * 0.8]);
  } else {
    mesh.paint(TownMaterial.bark, [0.24, 0.14, 0.07]);
    mesh.tube([0, 0, 0], [0, 0.45, 0], 0.28, 0.34, 12);
    mesh.tube([0, 0.45, 0], [0, 0.9, 0], 0.34, 0.28, 12);
    mesh.ellipsoid([0, 0.9, 0], [0.28, 0.02, 0.28], 12);
  }
}

/** Adds a parasol over a table with two chairs. */
export function addTable(mesh: MeshBuilder, colour: Vec3): void {
  mesh.paint(TownMaterial.plain, [0.45, 0.42, 0.36]);
  mesh.tube([0, 0, 0], [0, 2.7, 0], 0.03, 0.03, 6);
  mesh.paint(TownMaterial.cloth, colour);
  const sides = 8, radius = 1.5;
  for (let i = 0; i < sides; i++) {
    const rim = (k: number, y: number): Vec3 => {
      const angle = 2 * Math.PI * k / sides;
      return [radius * Math.cos(angle), y, radius * Math.sin(angle)];
    };
    mesh.triangle(rim(i, 2.2), rim(i + 1, 2.2), [0, 2.75, 0]);
    mesh.quad(rim(i, 2.2), rim(i + 1, 2.2), rim(i + 1, 2.03), rim(i, 2.03));
  }
  mesh.paint(TownMaterial.varnish, [0.3, 0.2, 0.12]);
  mesh.tube([0, 0.72, 0], [0, 0.76, 0], 0.45, 0.45, 12);
  for (const side of [-1, 1]) {
    mesh.box([side * 0.75 - 0.2, 0.42, -0.2], [side * 0.75 + 0.2, 0.46, 0.2]);
    mesh.box([side * 0.95 - 0.02, 0.46, -0.2], [side * 0.95 + 0.02, 0.9, 0.2]);
    for (const z of [-0.18, 0.18]) {
      mesh.tube([side * 0.6, 0, z], [side * 0.6, 0.42, z], 0.02, 0.02, 4);
      mesh.tube([side * 0.93, 0, z], [side * 0.93, 0.42, z], 0.02, 0.02, 4);
    }
  }
}

/** Adds a standing or walking person who looks towards +z. */
export function addPerson(mesh: MeshBuilder, random: Random): void {
  const coat = pick<Vec3>(random, [
    [0.05, 0.07, 0.14],
    [0.35, 0.06, 0.05],
    [0.06, 0.06, 0.06],
    [0.5, 0.46, 0.38],
    [0.12, 0.2, 0.14],
    [0.5, 0.36, 0.1],
  ]);
  const trousers = pick<Vec3>(random, [
    [0.04, 0.05, 0.09],
    [0.08, 0.07, 0.06],
    [0.25, 0.21, 0.15],
  ]);
  const stride = between(random, 0.05, 0.28), skin: Vec3 = [0.45, 0.26, 0.18];
  mesh.paint(TownMaterial.plain, trousers);
  for (const side of [-1, 1]) {
    mesh.tube([side * 0.1, 0.9, 0], [side * 0.1, 0.06, side * stride], 0.1, 0.06, 8);
    mesh.ellipsoid([side * 0.1, 0.05, side * stride + 0.06], [0.05, 0.05, 0.13], 8);
  }
  mesh.paint(TownMaterial.plain, coat);
  mesh.tube([0, 0.8, 0], [0, 1.15, 0], 0.19, 0.17, 10);
  mesh.tube([0, 1.15, 0], [0, 1.42, 0], 0.17, 0.2, 10);
  mesh.ellipsoid([0, 1.41, 0], [0.23, 0.1, 0.13], 10);
  for (const side of [-1, 1]) {
    mesh.tube([side * 0.23, 1.4, 0], [side * 0.29, 1.12, -side * stride * 0.5], 0.06, 0.05, 7);
    mesh.tube(
      [side * 0.29, 1.12, -side * stride * 0.5],
      [
        side * 0.27,
        0.86,
        -side * stride * 0.4 + 0.12,
      ],
      0.05,
      0.04,
      7,
    );
  }
  mesh.paint(TownMaterial.plain, skin);
  mesh.tube([0, 1.44, 0], [0, 1.55, 0], 0.06, 0.055, 7);
  mesh.ellipsoid([0, 1.64, 0.01], [0.085, 0.12, 0.1], 10);
  mesh.paint(
    TownMaterial.plain,
    pick<Vec3>(random, [
      [0.05, 0.035, 0.025],
      [0.2, 0.12, 0.05],
      [0.4, 0.36, 0.3],
    ]),
  );
  mesh.ellipsoid([0, 1.68, -0.02], [0.095, 0.11, 0.1], 10);
}
