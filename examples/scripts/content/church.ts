import type { MeshBuilder } from "./mesh.ts";
import { TownMaterial } from "./town_materials.ts";
import type { Vec3 } from "./vec.ts";

const STONE: Vec3 = [0.47, 0.41, 0.33];
const COPPER: Vec3 = [0.2, 0.34, 0.28];
const SLATE: Vec3 = [0.12, 0.125, 0.14];

/** Adds a church; its tower stands over the frame's origin. */
export function addChurch(mesh: MeshBuilder): void {
  const half = 3.6, belfry = 27;
  mesh.paint(TownMaterial.blocks, STONE);
  mesh.box([-half, 1, -half], [half, belfry, half]);
  for (const x of [-half, half]) {
    for (const z of [-half, half]) {
      mesh.box([x - 0.5, 1, z - 0.5], [x + 0.5, belfry - 6, z + 0.5]);
    }
  }
  mesh.paint(TownMaterial.plain, [0.52, 0.47, 0.39]);
  for (const [y, out] of [[13, 0.2], [20.3, 0.25], [belfry - 0.5, 0.45]]) {
    mesh.box([-half - out, y, -half - out], [half + out, y + 0.45, half + out]);
  }
  for (let i = 0; i < 4; i++) addFace(mesh, i, half);
  addSpire(mesh, half, belfry);
  addNave(mesh);
}

/** Sound holes, a clock and a slit on one side of the tower. */
function addFace(mesh: MeshBuilder, turn: number, half: number): void {
  const out = half + 0.03;
  const place = ([x, y, z]: Vec3): Vec3 => {
    const [cos, sin] = [[1, 0], [0, 1], [-1, 0], [0, -1]][turn];
    return [cos * x + sin * z, y, cos * z - sin * x];
  };
  const plate = (x0: number, y0: number, x1: number, y1: number, z: number) =>
    mesh.quad(
      place([x0, y0, z]),
      place([x1, y0, z]),
      place([x1, y1, z]),
      place([x0, y1, z]),
    );
  for (const x of [-1.5, 1.5]) {
    mesh.paint(TownMaterial.plain, [0.03, 0.028, 0.025]);
    plate(x - 0.75, 21.6, x + 0.75, 25, out);
    mesh.triangle(
      place([x - 0.75, 25, out]),
      place([x + 0.75, 25, out]),
      place([x, 26, out]),
    );
    mesh.paint(TownMaterial.plain, [0.22, 0.2, 0.18]);
    for (let y = 21.8; y < 25; y += 0.45) {
      plate(x - 0.72, y, x + 0.72, y + 0.14, out + 0.03);
    }
  }
  const disc = (radius: number, y: number, z: number) => {
    for (let i = 0; i < 24; i++) {
      const rim = (k: number): Vec3 => {
        const angle = k * Math.PI / 12;
        return place([radius * Math.cos(angle), y + radius * Math.sin(angle), z]);
      };
      mesh.triangle(place([0, y, z]), rim(i), rim(i + 1));
    }
  };
  mesh.paint(TownMaterial.plain, [0.6, 0.45, 0.15]);
  disc(1.45, 17.6, out);
  mesh.paint(TownMaterial.plain, [0.03, 0.04, 0.06]);
  disc(1.28, 17.6, out + 0.02);
  mesh.paint(TownMaterial.plain, [0.65, 0.5, 0.18]);
  plate(-0.07, 17.6, 0.07, 18.7, out + 0.05);
  plate(-0.8, 17.53, 0, 17.67, out + 0.05);
  mesh.paint(TownMaterial.plain, [0.03, 0.028, 0.025]);
  plate(-0.3, 8.5, 0.3, 11, out);
}

function addSpire(mesh: MeshBuilder, half: number, foot: number): void {
  const ring = (radius: number, y: number, i: number): Vec3 => {
    const angle = (i + 0.5) * Math.PI / 4;
    return [radius * Math.cos(angle), y, radius * Math.sin(angle)];
  };
  const shape: [number, number][] = [
    [half * 1.2, foot],
    [half * 0.95, foot + 1.4],
    [half * 0.68, foot + 3.2],
    [half * 0.62, foot + 5.4],
    [half * 0.74, foot + 5.8],
    [half * 0.5, foot + 7.5],
    [half * 0.27, foot + 12],
    [0.07, foot + 22],
  ];
  for (let k = 1; k < shape.length; k++) {
    const tone = 0.85 + 0.1 * (k % 3);
    mesh.paint(TownMaterial.plain, COPPER.map((c) => c * tone) as Vec3);
    const [r0, y0] = shape[k - 1], [r1, y1] = shape[k];
    for (let i = 0; i < 8; i++) {
      mesh.quad(
        ring(r0, y0, i),
        ring(r0, y0, i + 1),
        ring(r1, y1, i + 1),
        ring(r1, y1, i),
      );
    }
  }
  mesh.paint(TownMaterial.varnish, [0.6, 0.45, 0.15]);
  mesh.ellipsoid([0, foot + 22.1, 0], [0.28, 0.28, 0.28], 10);
  mesh.tube([0, foot + 22, 0], [0, foot + 24, 0], 0.05, 0.04, 6);
  mesh.box([-0.5, foot + 23.2, -0.04], [0.5, foot + 23.3, 0.04]);
}

function addNave(mesh: MeshBuilder): void {
  const eaves = 11, ridge = 19, half = 6.5, near = 3, far = 30;
  mesh.paint(TownMaterial.blocks, STONE);
  mesh.box([near, 1, -half], [far, eaves, half]);
  mesh.triangle([far, eaves, -half], [far, eaves, half], [far, ridge, 0]);
  mesh.paint(TownMaterial.tiles, SLATE);
  for (const side of [-1, 1]) {
    mesh.quad(
      [near, eaves - 0.3, side * (half + 0.3)],
      [far + 0.3, eaves - 0.3, side * (half + 0.3)],
      [far + 0.3, ridge, 0],
      [near, ridge, 0],
    );
  }
}
