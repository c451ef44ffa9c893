import type { MeshBuilder } from "./mesh.ts";
import { pick, type Random } from "./random.ts";
import { TownMaterial } from "./town_materials.ts";
import type { Vec3 } from "./vec.ts";

/** A window or door in a front wall; metres from the wall's lower left corner. */
export interface Opening {
  x: number;
  y: number;
  width: number;
  height: number;
  kind: "window" | "door" | "shop";
}

/** Colours and make of a wall. */
export interface WallStyle {
  material: number;
  wall: Vec3;
  trim: Vec3;
  frame: Vec3;
  door: Vec3;
  /** Colour of shutters, where there are any. */
  shutter?: Vec3;
}

const GLASS: readonly Vec3[] = [
  [0.012, 0.014, 0.016],
  [0.02, 0.018, 0.016],
  [0.03, 0.03, 0.03],
  [0.16, 0.145, 0.12],
  [0.012, 0.012, 0.012],
];
const REVEAL = 0.17;

/** Adds one floor of a front wall (in the plane z = 0) with its openings. */
export function addFloor(
  mesh: MeshBuilder,
  random: Random,
  style: WallStyle,
  width: number,
  low: number,
  high: number,
  openings: readonly Opening[],
): void {
  const panel = (x0: number, y0: number, x1: number, y1: number) => {
    mesh.paint(style.material, style.wall);
    mesh.quad([x0, y0, 0], [x1, y0, 0], [x1, y1, 0], [x0, y1, 0]);
  };
  let x = 0;
  for (const opening of openings) {
    const right = opening.x + opening.width;
    const top = opening.y + opening.height;
    panel(x, low, opening.x, high);
    if (opening.y > low) panel(opening.x, low, right, opening.y);
    panel(opening.x, top, right, high);
    addOpening(mesh, random, style, opening);
    x = right;
  }
  panel(x, low, width, high);
}

function addOpening(
  mesh: MeshBuilder,
  random: Random,
  style: WallStyle,
  opening: Opening,
): void {
  const { x, y, width, height, kind } = opening;
  const right = x + width, top = y + height, back = -REVEAL;
  mesh.paint(style.material, style.wall);
  mesh.quad([x, y, 0], [x, top, 0], [x, top, back], [x, y, back]);
  mesh.quad(
    [right, y, 0],
    [right, top, 0],
    [right, top, back],
    [right, y, back],
  );
  mesh.quad([x, top, 0], [right, top, 0], [right, top, back], [x, top, back]);
  mesh.paint(TownMaterial.plain, style.trim);
  mesh.box([x - 0.12, top, -0.05], [right + 0.12, top + 0.16, 0.05]);
  mesh.box([x - 0.1, y - 0.1, back], [right + 0.1, y, 0.1]);
  if (kind === "door") {
    addDoor(mesh, style, opening);
    return;
  }
  addPanes(mesh, random, style.frame, opening, back);
  if (style.shutter && kind === "window") {
    mesh.paint(TownMaterial.plain, style.shutter);
    const leaf = width * 0.48;
    mesh.box([x - leaf - 0.03, y, 0.01], [x - 0.03, top, 0.06]);
    mesh.box([right + 0.03, y, 0.01], [right + leaf + 0.03, top, 0.06]);
  }
}

function addDoor(mesh: MeshBuilder, style: WallStyle, door: Opening): void {
  const { x, y, width, height } = door;
  const right = x + width, top = y + height;
  mesh.paint(TownMaterial.varnish, style.door);
  mesh.box([x, y, -REVEAL - 0.05], [right, top - 0.45, -REVEAL]);
  const inset = width * 0.16;
  for (const [from, to] of [[0.15, 0.95], [1.1, 1.75]]) {
    mesh.box(
      [x + inset, y + from, -REVEAL],
      [right - inset, y + to, -REVEAL + 0.03],
    );
  }
  mesh.paint(TownMaterial.glass, GLASS[0]);
  mesh.quad(
    [x, top - 0.45, -REVEAL],
    [right, top - 0.45, -REVEAL],
    [right, top, -REVEAL],
    [x, top, -REVEAL],
  );
  mesh.paint(TownMaterial.blocks, [0.3, 0.28, 0.25]);
  mesh.box([x - 0.2, y - 0.4, 0], [right + 0.2, y, 0.5]);
}

/** Adds a glazed frame whose glass lies at depth z. */
export function addPanes(
  mesh: MeshBuilder,
  random: Random,
  frame: Vec3,
  opening: Opening,
  z: number,
): void {
  const { x, y, width, height, kind } = opening;
  const right = x + width, top = y + height;
  mesh.paint(TownMaterial.glass, pick(random, GLASS));
  mesh.quad([x, y, z], [right, y, z], [right, top, z], [x, top, z]);
  const bar = (x0: number, y0: number, x1: number, y1: number) => mesh.box([x0, y0, z], [x1, y1, z + 0.05]);
  const columns = kind === "shop" ? Math.round(width / 0.9) : 2;
  const rows = kind === "shop" ? [0.75] : [0.36, 0.68];
  mesh.paint(TownMaterial.plain, frame);
  bar(x, y, x + 0.07, top);
  bar(right - 0.07, y, right, top);
  bar(x, y, right, y + 0.08);
  bar(x, top - 0.08, right, top);
  for (let i = 1; i < columns; i++) {
    const middle = x + width * i / columns;
    bar(middle - 0.03, y, middle + 0.03, top);
  }
  for (const row of rows) {
    bar(x, y + height * row - 0.02, right, y + height * row + 0.02);
  }
}
