import { addPanes, type Opening, type WallStyle } from "./house_wall.ts";
import type { MeshBuilder } from "./mesh.ts";
import type { Random } from "./random.ts";
import { TownMaterial } from "./town_materials.ts";
import type { Vec3 } from "./vec.ts";

/** The shape of a house's top. */
export type Gable = "side" | "pointed" | "stepped" | "bell";

/** The size of a house, metres. */
export interface HouseSize {
  width: number;
  depth: number;
  /** Height of the eaves above the ground. */
  eaves: number;
  /** Height of the roof above the eaves. */
  roof: number;
}

/** Adds a roof with its ridge along the street, with gable walls and dormers. */
export function addSideRoof(
  mesh: MeshBuilder,
  random: Random,
  style: WallStyle,
  size: HouseSize,
  tile: Vec3,
): void {
  const { width, depth, eaves, roof } = size;
  const ridge = eaves + roof, middle = -depth / 2, out = 0.35;
  const drop = out * roof / (depth / 2);
  mesh.paint(TownMaterial.tiles, tile);
  for (const end of [out, -depth - out]) {
    mesh.quad(
      [-0.08, eaves - drop + 0.1, end],
      [width + 0.08, eaves - drop + 0.1, end],
      [width + 0.08, ridge + 0.1, middle],
      [-0.08, ridge + 0.1, middle],
    );
  }
  mesh.tube([0, ridge + 0.1, middle], [width, ridge + 0.1, middle], 0.14, 0.14, 6);
  mesh.paint(style.material, style.wall);
  for (const x of [0, width]) {
    mesh.triangle([x, eaves, 0], [x, eaves, -depth], [x, ridge, middle]);
  }
  mesh.paint(TownMaterial.plain, style.trim);
  mesh.box([-0.03, eaves - 0.42, 0], [width + 0.03, eaves - 0.2, 0.16]);
  mesh.box([-0.05, eaves - 0.2, 0], [width + 0.05, eaves - 0.06, 0.36]);
  const dormers = Math.max(1, Math.round(width / 3.4));
  for (let i = 0; i < dormers; i++) {
    const x = width * (i + 0.5) / dormers;
    addDormer(mesh, random, style, size, tile, x);
  }
}

function addDormer(
  mesh: MeshBuilder,
  random: Random,
  style: WallStyle,
  size: HouseSize,
  tile: Vec3,
  x: number,
): void {
  const slope = size.roof / (size.depth / 2);
  const front = -0.55, foot = size.eaves - front * slope + 0.1;
  const half = 0.62, height = 1.35, top = foot + height, peak = top + 0.5;
  const back = front - height / slope, ridgeBack = front - (peak - foot) / slope;
  mesh.paint(TownMaterial.plaster, style.wall);
  for (const side of [-half, half]) {
    mesh.triangle(
      [x + side, foot, front],
      [x + side, top, front],
      [x + side, top, back],
    );
    mesh.quad(
      [x + side, foot, front],
      [x + side * 0.6, foot, front],
      [x + side * 0.6, top, front],
      [x + side, top, front],
    );
  }
  mesh.triangle([x - half, top, front], [x + half, top, front], [x, peak, front]);
  addPanes(
    mesh,
    random,
    style.frame,
    {
      x: x - half * 0.7,
      y: foot + 0.1,
      width: half * 1.4,
      height: height - 0.1,
      kind: "window",
    },
    front + 0.01,
  );
  mesh.paint(TownMaterial.tiles, tile);
  for (const side of [-1, 1]) {
    mesh.quad(
      [x + side * (half + 0.15), top - 0.1, front + 0.18],
      [x, peak + 0.05, front + 0.18],
      [x, peak + 0.05, ridgeBack],
      [x + side * (half + 0.15), top - 0.1, back],
    );
  }
}

/** Adds a roof with its ridge across the street behind a shaped gable wall. */
export function addGableRoof(
  mesh: MeshBuilder,
  random: Random,
  style: WallStyle,
  size: HouseSize,
  tile: Vec3,
  gable: Exclude<Gable, "side">,
): void {
  const { width, depth, eaves, roof } = size;
  const ridge = eaves + roof, middle = width / 2;
  mesh.paint(TownMaterial.tiles, tile);
  for (const x of [-0.12, width + 0.12]) {
    mesh.quad(
      [x, eaves - 0.1, -0.1],
      [middle, ridge, -0.1],
      [middle, ridge, -depth - 0.2],
      [x, eaves - 0.1, -depth - 0.2],
    );
  }
  mesh.paint(style.material, style.wall);
  mesh.triangle([0, eaves, -depth], [width, eaves, -depth], [
    middle,
    ridge,
    -depth,
  ]);
  addGableWall(mesh, style, outline(gable, size), eaves);
  const windowWidth = 0.95, height = 1.25;
  const row = (y: number, count: number) => {
    for (let i = 0; i < count; i++) {
      const x = middle + (i - (count - 1) / 2) * 1.7 - windowWidth / 2;
      const opening: Opening = { x, y, width: windowWidth, height, kind: "window" };
      addPanes(mesh, random, style.frame, opening, 0.02);
      mesh.paint(TownMaterial.plain, style.trim);
      mesh.box([x - 0.1, y - 0.12, 0], [x + windowWidth + 0.1, y, 0.12]);
      mesh.box([x - 0.1, y + height, 0], [
        x + windowWidth + 0.1,
        y + height + 0.14,
        0.1,
      ]);
    }
  };
  row(eaves + 0.35, width > 6 ? 2 : 1);
  if (roof > 4.2) row(eaves + 2.4, 1);
  mesh.paint(TownMaterial.plain, style.trim);
  mesh.box([0, eaves - 0.12, 0], [width, eaves + 0.06, 0.1]);
}

function outline(gable: Gable, size: HouseSize): [number, number][] {
  const { width, eaves, roof } = size;
  const half: [number, number][] = [];
  const steps = 5;
  if (gable === "stepped") {
    for (let i = 0; i < steps; i++) {
      const x = width / 2 * i / (steps - 0.4);
      const y = eaves + roof * (i + 1) / steps + 0.35;
      half.push([x, y], [width / 2 * (i + 1) / (steps - 0.4), y]);
    }
    half.length -= 1;
  } else if (gable === "bell") {
    for (let i = 0; i <= 14; i++) {
      const t = i / 14;
      const neck = width / 2 * (0.62 * t ** 2.2 + (t > 0.8 ? (t - 0.8) * 1.9 : 0));
      const rise = Math.min(1, t * 1.22) + 0.12 * Math.sin(t * Math.PI / 2) ** 6;
      half.push([Math.min(neck, width / 2), eaves + 0.3 + roof * rise]);
    }
  } else half.push([-0.15, eaves], [width / 2, eaves + roof + 0.3]);
  const mirrored = half.map(([x, y]): [number, number] => [width - x, y]);
  return [...half, ...mirrored.reverse()];
}

function addGableWall(
  mesh: MeshBuilder,
  style: WallStyle,
  points: readonly [number, number][],
  foot: number,
): void {
  const back = -0.35, out = 0.07, thick = 0.13;
  for (let i = 1; i < points.length; i++) {
    const [x0, y0] = points[i - 1], [x1, y1] = points[i];
    mesh.paint(style.material, style.wall);
    for (const z of [0, back]) {
      mesh.quad([x0, foot, z], [x1, foot, z], [x1, y1, z], [x0, y0, z]);
    }
    mesh.paint(TownMaterial.plain, style.trim);
    const lift = Math.abs(x1 - x0) > 0.01 ? thick : 0;
    const push = lift > 0 ? 0 : Math.sign(y1 - y0) * -thick;
    const a: Vec3 = [x0, y0, out], b: Vec3 = [x1, y1, out];
    const c: Vec3 = [x1 + push, y1 + lift, out];
    const d: Vec3 = [x0 + push, y0 + lift, out];
    const behind = ([x, y]: Vec3): Vec3 => [x, y, back];
    mesh.quad(a, b, c, d);
    mesh.quad(d, c, behind(c), behind(d));
    mesh.quad(a, b, behind(b), behind(a));
  }
}

/** Adds a chimney with its pots on the roof. */
export function addChimney(
  mesh: MeshBuilder,
  at: Vec3,
  height: number,
  brick: Vec3,
): void {
  const [x, y, z] = at, top = y + height;
  mesh.paint(TownMaterial.brick, brick);
  mesh.box([x - 0.35, y - 1.5, z - 0.5], [x + 0.35, top, z + 0.5]);
  mesh.box([x - 0.43, top - 0.25, z - 0.58], [x + 0.43, top - 0.05, z + 0.58]);
  mesh.paint(TownMaterial.plain, [0.35, 0.15, 0.09]);
  for (const offset of [-0.25, 0.25]) {
    mesh.tube(
      [x, top, z + offset],
      [x, top + 0.5, z + offset],
      0.14,
      0.11,
      8,
    );
  }
}
