import type { MeshBuilder } from "./mesh.ts";
import { TownMaterial } from "./town_materials.ts";
import type { Vec3 } from "./vec.ts";

/** A boat's make; its bow looks towards +x, and y = 0 is the water. */
export interface BoatOptions {
  /** Metres. */
  length: number;
  beam: number;
  /** Height of the side above the water amidships, metres. */
  side: number;
  hull: Vec3;
  stripe: Vec3;
  /** What stands on it. */
  kind: "open" | "sail" | "fishing";
}

const WOOD: Vec3 = [0.34, 0.19, 0.09];
const PALE: Vec3 = [0.66, 0.64, 0.58];

/** Adds a boat. */
export function addBoat(mesh: MeshBuilder, options: BoatOptions): void {
  const { side, hull, stripe, kind } = options;
  addHull(mesh, options, 0, 0.3, [0.16, 0.05, 0.035], 1);
  addHull(mesh, options, 0.3, 0.84, hull, 1);
  addHull(mesh, options, 0.84, 1, stripe, 1.02);
  if (kind === "open") {
    addHull(mesh, options, 0.1, 1, WOOD, 0.93);
    addBenches(mesh, options);
    return;
  }
  addDeck(mesh, options);
  mesh.paint(TownMaterial.plain, [0.7, 0.32, 0.12]);
  for (const t of [0.3, 0.45, 0.6]) {
    const [x, z] = [(t - 0.5) * options.length, halfWidth(options, t) + 0.12];
    for (const s of [-1, 1]) {
      mesh.ellipsoid([x, side * 0.55, s * z], [0.13, 0.3, 0.13], 10);
    }
  }
  if (kind === "sail") addSailRig(mesh, options);
  else addWheelhouse(mesh, options);
}

function halfWidth(options: BoatOptions, t: number): number {
  const bow = 1 - Math.max(0, (t - 0.45) / 0.55) ** 2.1;
  const stern = 1 - 0.4 * Math.max(0, (0.45 - t) / 0.45) ** 2;
  return options.beam / 2 * bow * stern;
}

function sheer(options: BoatOptions, t: number): number {
  return options.side * (1 + 1.5 * Math.max(0, t - 0.4) ** 2 + 0.5 * (t - 0.4) ** 2);
}

function addHull(
  mesh: MeshBuilder,
  options: BoatOptions,
  from: number,
  to: number,
  colour: Vec3,
  swell: number,
): void {
  const along = 20, up = 4, keel = -0.35;
  mesh.paint(TownMaterial.varnish, colour);
  for (const side of [-1, 1]) {
    const rows: Vec3[][] = [];
    for (let i = 0; i <= along; i++) {
      const t = i / along, top = sheer(options, t);
      rows.push(Array.from({ length: up + 1 }, (_, j): Vec3 => {
        const s = from + (to - from) * j / up;
        const y = keel + (top - keel) * s;
        const rake = 0.35 * Math.max(0, t - 0.7) * s;
        return [
          (t - 0.5 + rake) * options.length,
          y,
          side * swell * halfWidth(options, t) * s ** 0.4,
        ];
      }));
    }
    mesh.sheet(rows);
  }
  const stern = [-1, 1].map((side) =>
    [from, to].map((s): Vec3 => [
      -0.5 * options.length,
      keel + (sheer(options, 0) - keel) * s,
      side * swell * halfWidth(options, 0) * s ** 0.4,
    ])
  );
  mesh.quad(stern[0][0], stern[1][0], stern[1][1], stern[0][1]);
}

function addDeck(mesh: MeshBuilder, options: BoatOptions): void {
  mesh.paint(TownMaterial.plain, [0.42, 0.31, 0.19]);
  const rows: Vec3[][] = [];
  for (let i = 0; i <= 20; i++) {
    const t = i / 20, half = halfWidth(options, t) * 0.97;
    const x = (t - 0.5 + 0.33 * Math.max(0, t - 0.7)) * options.length;
    const y = sheer(options, t) - 0.18;
    rows.push([[x, y, -half], [x, y, half]]);
  }
  mesh.sheet(rows);
}

function addBenches(mesh: MeshBuilder, options: BoatOptions): void {
  const { length, side } = options;
  mesh.paint(TownMaterial.plain, [0.4, 0.25, 0.13]);
  for (const t of [0.12, 0.4, 0.65]) {
    const x = (t - 0.5) * length, half = halfWidth(options, t) * 0.93;
    mesh.box([x - 0.13, side * 0.66, -half], [x + 0.13, side * 0.66 + 0.04, half]);
  }
  const bottom: Vec3[][] = [];
  for (let i = 0; i <= 12; i++) {
    const t = i / 12, half = halfWidth(options, t) * 0.7;
    const x = (t - 0.5) * length;
    bottom.push([[x, 0.02, -half], [x, 0.02, half]]);
  }
  mesh.paint(TownMaterial.plain, [0.25, 0.17, 0.1]);
  mesh.sheet(bottom);
  mesh.paint(TownMaterial.plain, [0.5, 0.36, 0.2]);
  for (const z of [-0.2, 0.25]) {
    mesh.tube(
      [-0.35 * length, side * 0.78, z],
      [0.3 * length, side * 0.8, z * 0.6],
      0.03,
      0.03,
      6,
    );
    mesh.box([0.3 * length, side * 0.8 - 0.02, z * 0.6 - 0.08], [
      0.42 * length,
      side * 0.8 + 0.02,
      z * 0.6 + 0.08,
    ]);
  }
}

function addRope(mesh: MeshBuilder, from: Vec3, to: Vec3): void {
  mesh.paint(TownMaterial.plain, [0.12, 0.11, 0.1]);
  mesh.tube(from, to, 0.018, 0.018, 4);
}

function addSailRig(mesh: MeshBuilder, options: BoatOptions): void {
  const { length, beam, side } = options;
  const deck = side - 0.15, top = deck + length * 1.15, foot = 0.1 * length;
  mesh.paint(TownMaterial.plain, PALE);
  mesh.box([-0.22 * length, deck, -beam * 0.27], [
    0.2 * length,
    deck + 0.5,
    beam * 0.27,
  ]);
  mesh.paint(TownMaterial.varnish, WOOD);
  mesh.box([-0.23 * length, deck + 0.5, -beam * 0.29], [
    0.21 * length,
    deck + 0.56,
    beam * 0.29,
  ]);
  mesh.paint(TownMaterial.glass, [0.015, 0.016, 0.018]);
  for (const z of [-beam * 0.272, beam * 0.272]) {
    for (const x of [-0.17, -0.06, 0.05]) {
      mesh.quad(
        [x * length, deck + 0.15, z],
        [(x + 0.08) * length, deck + 0.15, z],
        [(x + 0.08) * length, deck + 0.4, z],
        [x * length, deck + 0.4, z],
      );
    }
  }
  mesh.paint(TownMaterial.varnish, [0.42, 0.27, 0.12]);
  mesh.tube([foot, deck, 0], [foot, top, 0], 0.1, 0.05, 8);
  const boom = deck + 1.15;
  mesh.tube([foot, boom, 0], [-0.4 * length, boom + 0.1, 0], 0.06, 0.05, 8);
  mesh.tube(
    [foot, deck + length * 0.75, -0.6],
    [
      foot,
      deck + length * 0.75,
      0.6,
    ],
    0.03,
    0.03,
    6,
  );
  mesh.paint(TownMaterial.cloth, [0.6, 0.55, 0.45]);
  mesh.ellipsoid([-0.14 * length, boom + 0.2, 0], [0.27 * length, 0.19, 0.15], 14);
  const head: Vec3 = [foot, top - 0.1, 0];
  addRope(mesh, head, [0.56 * length, sheer(options, 1), 0]);
  addRope(mesh, head, [-0.5 * length, sheer(options, 0), 0]);
  for (const s of [-1, 1]) {
    addRope(mesh, head, [foot, deck, s * beam * 0.46]);
    addRope(mesh, [foot, deck + length * 0.75, 0], [
      foot - 0.5,
      deck,
      s * beam * 0.46,
    ]);
  }
}

function addWheelhouse(mesh: MeshBuilder, options: BoatOptions): void {
  const { length, beam, side } = options;
  const deck = side - 0.15, half = beam * 0.3;
  const x0 = -0.32 * length, x1 = -0.06 * length, top = deck + 2.1;
  mesh.paint(TownMaterial.plain, PALE);
  mesh.box([x0, deck, -half], [x1, top, half]);
  mesh.paint(TownMaterial.varnish, WOOD);
  mesh.box([x0 - 0.15, top, -half - 0.12], [x1 + 0.3, top + 0.09, half + 0.12]);
  mesh.paint(TownMaterial.glass, [0.015, 0.016, 0.018]);
  const low = deck + 1.1, high = deck + 1.85, out = 0.012;
  for (const z of [-half - out, half + out]) {
    for (const [from, to] of [[0.1, 0.5], [0.56, 0.92]]) {
      const a = x0 + (x1 - x0) * from, b = x0 + (x1 - x0) * to;
      mesh.quad([a, low, z], [b, low, z], [b, high, z], [a, high, z]);
    }
  }
  for (const x of [x0 - out, x1 + out]) {
    for (const [from, to] of [[-0.85, -0.08], [0.08, 0.85]]) {
      mesh.quad(
        [x, low, half * from],
        [x, low, half * to],
        [x, high, half * to],
        [x, high, half * from],
      );
    }
  }
  mesh.paint(TownMaterial.varnish, [0.42, 0.27, 0.12]);
  const mast = 0.16 * length, peak = deck + length * 0.62;
  mesh.tube([mast, deck, 0], [mast, peak, 0], 0.09, 0.05, 8);
  mesh.tube([mast, deck + 1, 0], [-0.02 * length, peak - 0.6, 0], 0.05, 0.04, 6);
  addRope(mesh, [mast, peak, 0], [0.56 * length, sheer(options, 1), 0]);
  addRope(mesh, [mast, peak, 0], [-0.5 * length, sheer(options, 0), 0]);
  mesh.paint(TownMaterial.plain, [0.3, 0.22, 0.13]);
  mesh.box([0.02 * length, deck, -0.5], [0.12 * length, deck + 0.45, 0.4]);
  mesh.paint(TownMaterial.plain, [0.1, 0.2, 0.27]);
  mesh.box([0.2 * length, deck, -0.4], [0.29 * length, deck + 0.35, 0.45]);
}
