import { addChimney, addGableRoof, addSideRoof, type Gable, type HouseSize } from "./house_roof.ts";
import { addFloor, type Opening, type WallStyle } from "./house_wall.ts";
import type { MeshBuilder } from "./mesh.ts";
import { between, pick, type Random } from "./random.ts";
import { TownMaterial } from "./town_materials.ts";
import type { Vec3 } from "./vec.ts";

const PLASTERS: readonly Vec3[] = [
  [0.62, 0.44, 0.2],
  [0.6, 0.54, 0.42],
  [0.48, 0.17, 0.09],
  [0.66, 0.62, 0.53],
  [0.58, 0.31, 0.16],
  [0.3, 0.37, 0.4],
  [0.6, 0.38, 0.3],
  [0.4, 0.42, 0.3],
  [0.64, 0.5, 0.28],
];
const BRICKS: readonly Vec3[] = [
  [0.36, 0.15, 0.09],
  [0.3, 0.13, 0.085],
  [0.42, 0.22, 0.13],
];
const TILES: readonly Vec3[] = [
  [0.4, 0.14, 0.07],
  [0.33, 0.13, 0.08],
  [0.44, 0.18, 0.085],
  [0.15, 0.14, 0.14],
];
const TRIMS: readonly Vec3[] = [[0.66, 0.63, 0.56], [0.55, 0.5, 0.42]];
const FRAMES: readonly Vec3[] = [
  [0.72, 0.7, 0.65],
  [0.7, 0.68, 0.62],
  [0.08, 0.13, 0.1],
];
const PAINTS: readonly Vec3[] = [
  [0.05, 0.12, 0.09],
  [0.07, 0.12, 0.2],
  [0.26, 0.06, 0.05],
  [0.15, 0.09, 0.05],
  [0.1, 0.16, 0.13],
];

/** Adds a town house; its front lies in z = 0 from x = 0 on and looks towards +z. */
export function addHouse(
  mesh: MeshBuilder,
  random: Random,
  width: number,
  tall: number,
): void {
  const ofBrick = random() < 0.3;
  const style: WallStyle = {
    material: ofBrick ? TownMaterial.brick : TownMaterial.plaster,
    wall: vary(random, pick(random, ofBrick ? BRICKS : PLASTERS)),
    trim: pick(random, TRIMS),
    frame: pick(random, FRAMES),
    door: pick(random, PAINTS),
    shutter: !ofBrick && width > 7 && random() < 0.5 ? pick(random, PAINTS) : undefined,
  };
  const floors = Math.max(2, Math.round(between(random, 1.6, 3.6) + tall));
  const ground = between(random, 3.2, 3.7), upper = between(random, 2.75, 3.1);
  const gable = pick<Gable>(
    random,
    width > 8 ? ["side"] : ["side", "pointed", "stepped", "bell", "side"],
  );
  const size: HouseSize = {
    width,
    depth: between(random, 9, 11.5),
    eaves: ground + (floors - 1) * upper + 0.3,
    roof: gable === "side" ? between(random, 3.6, 4.8) : width * between(random, 0.58, 0.78),
  };
  addGround(mesh, random, style, width, ground);
  const bays = Math.max(2, Math.round(width / (style.shutter ? 2.7 : 2.1)));
  for (let floor = 1; floor < floors; floor++) {
    const low = ground + (floor - 1) * upper;
    const high = floor === floors - 1 ? size.eaves : low + upper;
    const openings = Array.from({ length: bays }, (_, i): Opening => {
      const pane = 1.02;
      const x = width * (i + 0.5) / bays - pane / 2;
      return { x, y: low + 0.75, width: pane, height: 1.75, kind: "window" };
    });
    addFloor(mesh, random, style, width, low, high, openings);
  }
  addSides(mesh, style, size);
  const tile = vary(random, pick(random, TILES));
  if (gable === "side") addSideRoof(mesh, random, style, size, tile);
  else addGableRoof(mesh, random, style, size, tile, gable);
  const brick = pick(random, BRICKS);
  const ridge = size.eaves + size.roof;
  addChimney(
    mesh,
    [
      gable === "side" ? between(random, 0.6, 1) : width * 0.3,
      ridge - (gable === "side" ? 0 : 1.2),
      -size.depth * between(random, 0.4, 0.6),
    ],
    between(random, 1, 1.8),
    brick,
  );
  mesh.paint(TownMaterial.plain, [0.16, 0.17, 0.16]);
  mesh.tube([0.12, 0, 0.12], [0.12, size.eaves, 0.12], 0.055, 0.055, 6);
}

function addGround(
  mesh: MeshBuilder,
  random: Random,
  style: WallStyle,
  width: number,
  height: number,
): void {
  const openings: Opening[] = [];
  const doorAt = random() < 0.5 ? 0.55 : width - 1.65;
  const door: Opening = {
    x: doorAt,
    y: 0.2,
    width: 1.1,
    height: 2.5,
    kind: "door",
  };
  const left = doorAt < width / 2 ? 2.1 : 0.5;
  const right = left + width - 2.6;
  const isShop = random() < 0.45;
  if (isShop) {
    openings.push({
      x: left,
      y: 0.65,
      width: right - left,
      height: 1.95,
      kind: "shop",
    });
    if (random() < 0.75) addAwning(mesh, random, left, right);
  } else {
    const count = Math.max(1, Math.round((right - left) / 2));
    for (let i = 0; i < count; i++) {
      const x = left + (right - left) * (i + 0.5) / count - 0.5;
      openings.push({ x, y: 0.95, width: 1, height: 1.65, kind: "window" });
    }
  }
  openings.push(door);
  openings.sort((a, b) => a.x - b.x);
  addFloor(mesh, random, style, width, 0, height, openings);
  mesh.paint(TownMaterial.blocks, [0.33, 0.31, 0.28]);
  mesh.box([0, 0, -0.1], [Math.max(0.02, doorAt - 0.02), 0.5, 0.06]);
  mesh.box([doorAt + 1.12, 0, -0.1], [width, 0.5, 0.06]);
  mesh.paint(TownMaterial.plain, style.trim);
  mesh.box([0, height - 0.22, 0], [width, height - 0.08, 0.09]);
}

function addAwning(
  mesh: MeshBuilder,
  random: Random,
  left: number,
  right: number,
): void {
  const dark = pick<Vec3>(random, [
    [0.42, 0.06, 0.05],
    [0.06, 0.2, 0.13],
    [0.07, 0.14, 0.3],
    [0.5, 0.27, 0.06],
  ]);
  const stripes = Math.round((right - left) / 0.34);
  for (let i = 0; i < stripes; i++) {
    const x0 = left + (right - left) * i / stripes;
    const x1 = left + (right - left) * (i + 1) / stripes;
    mesh.paint(TownMaterial.cloth, i % 2 ? dark : [0.68, 0.65, 0.58]);
    mesh.quad([x0, 3, 0.08], [x1, 3, 0.08], [x1, 2.35, 1.7], [x0, 2.35, 1.7]);
    mesh.quad([x0, 2.35, 1.7], [x1, 2.35, 1.7], [x1, 2.12, 1.7], [
      x0,
      2.12,
      1.7,
    ]);
  }
}

function addSides(mesh: MeshBuilder, style: WallStyle, size: HouseSize): void {
  const { width, depth, eaves } = size;
  mesh.paint(style.material, style.wall);
  for (const x of [0, width]) {
    mesh.quad([x, 0, 0], [x, 0, -depth], [x, eaves, -depth], [x, eaves, 0]);
  }
  mesh.quad([0, 0, -depth], [width, 0, -depth], [width, eaves, -depth], [
    0,
    eaves,
    -depth,
  ]);
}

function vary(random: Random, colour: Vec3): Vec3 {
  const tone = between(random, 0.85, 1.1);
  return colour.map((c) => c * tone * between(random, 0.93, 1.07)) as Vec3;
}
