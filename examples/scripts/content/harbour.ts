import { addBoat, type BoatOptions } from "./boat.ts";
import { addChurch } from "./church.ts";
import { addHouse } from "./house.ts";
import { MeshBuilder } from "./mesh.ts";
import { fractal2 } from "./noise.ts";
import type { Picture } from "./picture.ts";
import { addBollard, addCargo, addLamp, addPerson, addPile, addTable, QUAY } from "./quay.ts";
import { between, createRandom, pick, type Random } from "./random.ts";
import { type Instance, Scene } from "./scene.ts";
import { lengthOf, moved, type Place, placeAt, rounded, type Shoreline } from "./shore.ts";
import { TownMaterial, townMaterials } from "./town_materials.ts";
import { growTree } from "./tree.ts";
import type { Vec3 } from "./vec.ts";

/** The sunny bank, with the water on its left. */
const RIGHT_BANK = rounded([
  [21, 40],
  [19, 0],
  [17, -42],
  [10, -74],
  [-8, -94],
  [-34, -103],
  [-80, -112],
], 2);
/** The shaded bank, with the water on its left too: it runs towards the camera. */
const LEFT_BANK = rounded([
  [-80, -84],
  [-38, -76],
  [-21, -52],
  [-15, -10],
  [-12, 40],
], 2);
const PROMENADE = 8;

function addBank(mesh: MeshBuilder, line: Shoreline): void {
  const edge = line, inner = moved(line, 0.55), far = moved(line, 60);
  mesh.place([0, 0, 0]);
  const strip = (a: Shoreline, ay: number, b: Shoreline, by: number) =>
    mesh.sheet([
      a.map(([x, z]): Vec3 => [x, ay, z]),
      b.map(([x, z]): Vec3 => [x, by, z]),
    ]);
  mesh.paint(TownMaterial.blocks, [0.36, 0.33, 0.28]);
  strip(edge, -1, edge, QUAY - 0.2);
  mesh.paint(TownMaterial.blocks, [0.5, 0.47, 0.41]);
  const lip = moved(line, -0.08);
  strip(lip, QUAY - 0.2, lip, QUAY + 0.06);
  strip(edge, QUAY - 0.2, lip, QUAY - 0.2);
  strip(lip, QUAY + 0.06, inner, QUAY + 0.06);
  strip(inner, QUAY + 0.06, inner, QUAY);
  mesh.paint(TownMaterial.cobbles, [0.3, 0.275, 0.245]);
  strip(inner, QUAY, far, QUAY);
}

/** Puts the frame at a place, moved to the right of the line, looking to its left. */
function placeBeside(
  mesh: MeshBuilder,
  { x, z, alongX, alongZ }: Place,
  right: number,
  y: number,
  turn = 0,
): void {
  mesh.place(
    [x - alongZ * right, y, z + alongX * right],
    Math.atan2(alongZ, -alongX) + turn,
  );
}

function addRow(
  mesh: MeshBuilder,
  random: Random,
  line: Shoreline,
  from: number,
  to: number,
  tall: number,
): void {
  let at = from;
  while (at < to) {
    const width = between(random, 5.4, 9.4);
    at += width;
    const start = placeAt(line, at - width), end = placeAt(line, at);
    const alongX = end.x - start.x, alongZ = end.z - start.z;
    mesh.place([end.x, QUAY, end.z], Math.atan2(alongZ, -alongX));
    addHouse(mesh, random, Math.hypot(alongX, alongZ), tall);
  }
}

function addLife(mesh: MeshBuilder, random: Random, bank: Shoreline): void {
  const length = lengthOf(bank);
  for (let at = 14; at < length; at += 9) {
    placeBeside(mesh, placeAt(bank, at), 0.9, QUAY);
    addBollard(mesh);
  }
  for (let at = 20; at < length; at += 17) {
    placeBeside(mesh, placeAt(bank, at), 2, QUAY);
    addLamp(mesh);
  }
  for (let i = 0; i < 14; i++) {
    const at = between(random, 20, length - 60);
    placeBeside(mesh, placeAt(bank, at), between(random, 1.4, 2.2), QUAY, i);
    addCargo(mesh, random);
  }
  const parasol = pick<Vec3>(random, [[0.62, 0.58, 0.5], [0.5, 0.1, 0.07]]);
  for (const start of [44, 88]) {
    for (let i = 0; i < 5; i++) {
      placeBeside(mesh, placeAt(bank, start + 3.4 * i), 5.2, QUAY, i);
      addTable(mesh, parasol);
    }
  }
  for (let i = 0; i < 34; i++) {
    const at = between(random, 22, length - 40);
    const turn = random() < 0.5 ? 1.5 : -1.6;
    placeBeside(
      mesh,
      placeAt(bank, at),
      between(random, 1.6, 6.8),
      QUAY,
      turn + between(random, -0.6, 0.6),
    );
    addPerson(mesh, random);
  }
}

const FLEET: readonly [number, number, BoatOptions][] = [
  [34, -2.6, boat(8.5, "fishing", [0.06, 0.14, 0.24], [0.66, 0.62, 0.54])],
  [47, -2.4, boat(9, "sail", [0.64, 0.62, 0.56], [0.3, 0.07, 0.05])],
  [60, -2.5, boat(8, "fishing", [0.4, 0.08, 0.05], [0.66, 0.62, 0.54])],
  [73, -2.3, boat(10, "sail", [0.05, 0.09, 0.08], [0.5, 0.4, 0.2])],
  [88, -2.3, boat(8.5, "sail", [0.6, 0.58, 0.53], [0.07, 0.14, 0.26])],
  [101, -2.4, boat(9, "fishing", [0.1, 0.24, 0.2], [0.66, 0.6, 0.5])],
  [116, -2.4, boat(8, "sail", [0.6, 0.57, 0.5], [0.25, 0.1, 0.06])],
];

function boat(
  length: number,
  kind: BoatOptions["kind"],
  hull: Vec3,
  stripe: Vec3,
): BoatOptions {
  const beam = kind === "open" ? length * 0.34 : length * 0.31;
  return { length, kind, hull, stripe, beam, side: 0.42 + 0.065 * length };
}

function addBoats(mesh: MeshBuilder): void {
  for (const [at, right, options] of FLEET) {
    placeBeside(mesh, placeAt(RIGHT_BANK, at), right, 0);
    addBoat(mesh, options);
  }
  mesh.place([-7.5, 0, 3.5], 0.95);
  addBoat(mesh, boat(4.6, "open", [0.08, 0.2, 0.24], [0.6, 0.56, 0.48]));
  mesh.place([1.4, 0, -1.5], 2.2);
  addBoat(mesh, boat(4.3, "open", [0.45, 0.12, 0.06], [0.62, 0.58, 0.5]));
  for (const [x, z, height] of [[-9.6, 1.2, 1.9], [-1, -5, 1.6], [4.5, -3, 2]]) {
    mesh.place([x, 0, z]);
    addPile(mesh, height);
  }
}

function addLand(mesh: MeshBuilder): void {
  mesh.place([0, 0, 0]);
  mesh.paint(TownMaterial.water, [0.016, 0.033, 0.03]);
  mesh.quad([-900, 0, 300], [900, 0, 300], [900, 0, -900], [-900, 0, -900]);
  mesh.paint(TownMaterial.woodland, [0.055, 0.085, 0.035]);
  const rows: Vec3[][] = [];
  for (let i = 0; i <= 60; i++) {
    rows.push(Array.from({ length: 121 }, (_, j): Vec3 => {
      const x = -1500 + 25 * j, z = -170 - 20 * i;
      const rise = Math.min(1, i / 22);
      const hill = 48 + 34 * fractal2(x / 420 + 0.7, z / 420, 4);
      return [x, hill * rise * rise + 2 - 0.02 * Math.max(0, i - 30) * hill, z];
    }));
  }
  mesh.sheet(rows);
}

function plantTrees(random: Random): Instance[] {
  const palette: Vec3[] = [[0.17, 0.23, 0.05], [0.12, 0.2, 0.05]];
  const kinds = palette.map((leafColour, i) =>
    growTree({
      seed: 71 + i,
      height: 10,
      leaves: 34,
      leafSize: 0.3,
      leafColour,
      barkColour: [0.1, 0.08, 0.06],
      leaf: TownMaterial.leaf,
      bark: TownMaterial.bark,
    })
  );
  const plant = (x: number, y: number, z: number, scale: number): Instance => ({
    mesh: pick(random, kinds),
    at: [x, y, z],
    yaw: 6.28 * random(),
    scale,
    tint: [between(random, 0.8, 1.35), between(random, 0.85, 1.1), 1],
  });
  const trees: Instance[] = [];
  for (let at = 30; at < lengthOf(LEFT_BANK) - 22; at += 9.5) {
    const place = placeAt(moved(LEFT_BANK, 3.2), at);
    trees.push(plant(place.x, QUAY, place.z, between(random, 0.85, 1.15)));
  }
  for (let i = 0; i < 260; i++) {
    const x = between(random, -260, 160), z = between(random, -165, -330);
    const y = 1 + Math.max(0, (-z - 170) / 440) ** 2 * 48;
    trees.push(plant(x, y, z, between(random, 0.9, 1.6)));
  }
  return trees;
}

/** An old harbour in the late afternoon. */
export const harbour: Picture = {
  camera: {
    from: [-5.5, 4.2, 17],
    to: [1.6, 4.5, -40],
    angle: 50,
    aperture: 0.012,
    focus: 45,
    rise: 0.08,
  },
  sky: {
    sunAzimuth: -128,
    sunElevation: 21,
    haze: 3.2,
    azimuth: 9,
    halfWidth: 36,
    height: 48,
    clouds: {
      base: 1300,
      top: 2700,
      cover: 0.4,
      size: 2600,
      density: 0.012,
      shift: 4.3,
      veil: 0.35,
    },
  },
  haze: { extinction: [0.00035, 0.0005, 0.0008], height: 300, glow: 1 },
  film: {
    exposure: 0.47,
    glare: 0.04,
    grain: 1.4,
    saturation: 0.93,
    balance: [1.04, 1, 0.94],
  },
  side: 6,
  sunStrength: 12,
  ambient: [0.05, 0.055, 0.06],
  materials: townMaterials,
  build() {
    const random = createRandom(1871);
    const mesh = new MeshBuilder();
    addLand(mesh);
    addBank(mesh, RIGHT_BANK);
    addBank(mesh, LEFT_BANK);
    const fronts = moved(RIGHT_BANK, PROMENADE);
    addRow(mesh, random, fronts, 4, lengthOf(fronts) - 8, 0.4);
    addRow(mesh, random, moved(RIGHT_BANK, 30), 60, 190, 1);
    const behind = moved(LEFT_BANK, 9);
    addRow(mesh, random, behind, 4, lengthOf(behind) - 34, -0.4);
    mesh.place([-14, QUAY, -132], 0.35);
    addChurch(mesh);
    addLife(mesh, random, RIGHT_BANK);
    addLife(mesh, random, LEFT_BANK);
    addBoats(mesh);
    const whole: Instance = {
      mesh: mesh.build(),
      at: [0, 0, 0],
      yaw: 0,
      scale: 1,
      tint: [1, 1, 1],
    };
    return new Scene([whole, ...plantTrees(random)]);
  },
};
