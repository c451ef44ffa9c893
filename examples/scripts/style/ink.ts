import { Canvas, HEIGHT, WIDTH } from "./canvas.ts";
import { type Lab, lab, mix, shift } from "./colour.ts";
import { hatch } from "./hatch.ts";
import { createNoise, fractal, smoothstep } from "./noise.ts";
import { scatter, trace } from "./path.ts";
import { drawn, InkLayer } from "./pen.ts";
import { Random } from "./random.ts";
import { light } from "./relief.ts";
import type { Vector } from "./vector.ts";
import { parts, type Village, village } from "./village.ts";

const PAPER = lab("#efe3c8");
const WASH = lab("#a88a62");
const INK = lab("#2a1a12");

const fibre = createNoise(61);
const pool = createNoise(63);

/**
 * A village in pen and brown ink: cross-hatching that follows the forms,
 * scribbled leaves, stipples and a thin wash; sRGB bytes at canvas scale.
 */
export function ink(): Uint8Array {
  const random = new Random(1640);
  const scene = village();
  const layer = new InkLayer();
  hatches(layer, random, scene);
  leaves(layer, random, scene);
  stipple(layer, random, scene);
  contours(layer, random, scene);
  const canvas = new Canvas();
  let i = 0;
  canvas.fill((x, y) => {
    const cover = layer.cover[i++];
    return tint(scene, x, y, cover);
  });
  for (let row = 0, k = 0; row < canvas.height; row++) {
    for (let column = 0; column < canvas.width; column++, k++) {
      canvas.relief[k] = 0.35 * fractal(fibre, column / 5, row / 5, 3);
    }
  }
  return light(canvas, { angle: -2.2, strength: 0.25, gloss: 0 });
}

/** Colour of paper, wash and ink at a place. */
function tint(scene: Village, x: number, y: number, cover: number): Lab {
  const at = cell(
    x + 9 * pool(x / 22, y / 22) + 3 * pool(x / 6, y / 6),
    y + 9 * pool(x / 22 + 7, y / 22) + 3 * pool(x / 6, y / 6 + 9),
  );
  const dark = scene.darkness[at];
  const steps = 0.22 * smoothstep(0.5, 0.54, dark) +
    0.24 * smoothstep(0.8, 0.84, dark) +
    0.1 * smoothstep(0.26, 0.3, dark);
  const rim = 0.1 * Math.exp(-(((dark - 0.53) / 0.03) ** 2));
  const flow = 1 + 0.5 * fractal(pool, x / 60, y / 60, 3);
  const paper = shift(
    PAPER,
    0.012 * fractal(fibre, x / 4, y / 4, 3) + 0.012 * pool(x / 150, y / 150),
    0.002 * fibre(x / 30, y / 30),
    0.006 * fibre(x / 50, y / 50),
  );
  const washed = mix(paper, WASH, Math.max(0, (steps + rim) * flow));
  const load = 0.86 + 0.14 * fibre(x / 12, y / 12) + 0.1 * fibre(x / 2, y / 2);
  return mix(washed, INK, cover * Math.min(1, load));
}

function hatches(layer: InkLayer, random: Random, scene: Village): void {
  const darkness = (x: number, y: number) => scene.darkness[cell(x, y)];
  const part = (x: number, y: number) => scene.part[cell(x, y)];
  const common = { darkness, part };
  hatch(layer, random, {
    ...common,
    angle: (x, y) => section(scene, x, y, [0.22, 0.95, 0.22]),
    above: 0.2,
    spacing: 6.8,
    length: 130,
    width: 2.1,
  });
  hatch(layer, random, {
    ...common,
    angle: (x, y) => section(scene, x, y, [0.75, 0.25, 0.62]),
    above: 0.46,
    spacing: 6.8,
    length: 80,
    width: 2.1,
  });
  hatch(layer, random, {
    ...common,
    angle: () => -0.95,
    above: 0.68,
    spacing: 6.2,
    length: 60,
    width: 2.1,
  });
  hatch(layer, random, {
    ...common,
    angle: () => 0.5,
    above: 0.9,
    spacing: 5.6,
    length: 50,
    width: 2.2,
  });
}

/** Direction of the cut that planes across `axis` make in the surface. */
function section(scene: Village, x: number, y: number, axis: Vector): number {
  const at = cell(x, y);
  if (parts[scene.part[at]] === "sky") {
    const turn = axis[0] > 0.5 ? 0.75 : 0;
    return turn - 0.12 + 0.45 * pool(x / 150, y / 60);
  }
  const nx = scene.normal[3 * at];
  const ny = scene.normal[3 * at + 1];
  const nz = scene.normal[3 * at + 2];
  const right = ny * axis[2] - nz * axis[1];
  const up = nz * axis[0] - nx * axis[2];
  return Math.atan2(-up, right);
}

/** Leaves and grass: short curls, closer where it is dark. */
function leaves(layer: InkLayer, random: Random, scene: Village): void {
  for (const place of scatter(random, 6)) {
    const at = cell(place.x, place.y);
    const dark = scene.darkness[at];
    const part = parts[scene.part[at]];
    const depth = scene.depth[at];
    if (part === "leaf" && random.next() < 0.18 + 0.75 * dark) {
      const start = random.range(0, 2 * Math.PI);
      const size = random.range(2.6, 5.6) * (depth > 14 ? 0.75 : 1);
      const sense = random.next() < 0.5 ? 1 : -1;
      let run = 0;
      const path = trace(place, {
        angle: () => start + sense * run++ * 0.62,
        length: size * 3.4,
        step: size * 0.55,
      });
      layer.line(drawn(path, 1.3 + 0.8 * dark, random.range(0, 100)));
    } else if (part === "land" && depth < 12 && random.next() < 0.11) {
      const lean = random.range(-0.5, 0.5);
      const tall = random.range(5, 15) * 9 / depth;
      for (let blade = 0; blade < 3; blade++) {
        const bend = lean + (blade - 1) * 0.35;
        let run = 0;
        const path = trace({ x: place.x + 2 * blade, y: place.y }, {
          angle: () => -Math.PI / 2 + bend * (0.5 + 0.2 * run++),
          length: tall * random.range(0.6, 1),
          step: 2,
        });
        layer.line(
          drawn(path, 1.7, random.range(0, 100)).map((point, i) => ({
            ...point,
            width: point.width * (1 - 0.6 * i / path.length),
          })),
        );
      }
    }
  }
}

/** Dots where tone fades into paper. */
function stipple(layer: InkLayer, random: Random, scene: Village): void {
  for (const place of scatter(random, 5)) {
    const at = cell(place.x, place.y);
    const dark = scene.darkness[at];
    const chance = 0.4 * smoothstep(-0.1, 0.2, dark) *
      smoothstep(0.4, 0.22, dark);
    const rough = parts[scene.part[at]] === "sky" ? 0.25 : 1;
    if (random.next() < chance * rough + 0.008) {
      layer.dot(place, random.range(1, 2.4));
    }
  }
}

/** Outlines, creases and joints, pressed harder on the side away from light. */
function contours(layer: InkLayer, random: Random, scene: Village): void {
  const seed = random.range(0, 100);
  for (let y = 1; y < HEIGHT - 1; y++) {
    for (let x = 1; x < WIDTH - 1; x++) {
      const at = y * WIDTH + x;
      const edge = Math.max(
        step(scene, at, at + 1),
        step(scene, at, at + WIDTH),
      );
      const stone = joint(scene, at);
      const width = edge * (2 + 1.1 * pool(x / 25, y / 25 + seed)) +
        (edge > 0.2 ? 0 : stone);
      if (width < 0.5) continue;
      layer.dot({
        x: x + 1.1 * pool(x / 14 + 3, y / 14),
        y: y + 1.1 * pool(x / 14 + 9, y / 14),
      }, width);
    }
  }
}

/** How sharply two neighbouring places are set apart, 0 to 1. */
function step(scene: Village, a: number, b: number): number {
  if (scene.part[a] !== scene.part[b]) return 1;
  const near = Math.min(scene.depth[a], scene.depth[b]);
  const jump = Math.abs(scene.depth[a] - scene.depth[b]) / near;
  if (jump > 0.06) return 1;
  let turn = 0;
  for (let k = 0; k < 3; k++) {
    turn += scene.normal[3 * a + k] * scene.normal[3 * b + k];
  }
  const name = parts[scene.part[a]];
  const built = name === "wall" || name === "roof";
  return built && turn < 0.75 ? 0.8 : 0;
}

/** Breadth of the joints of masonry and tiles at a place, 0 between them. */
function joint(scene: Village, at: number): number {
  const name = parts[scene.part[at]];
  if (name !== "wall" && name !== "roof") return 0;
  if (scene.depth[at] > 14.5) return 0;
  const [x, y, z] = scene.place.subarray(3 * at, 3 * at + 3);
  const tall = name === "wall" ? 0.24 : 0.17;
  const row = Math.floor(y / tall);
  const across = name === "wall" ? Math.atan2(x + 2.3, z - 2.2) * 3 + 0.6 * x : 1.3 * x + 0.9 * z;
  const reach = 0.0016 * scene.depth[at];
  const level = Math.abs(y / tall - row) * tall < reach;
  const along = across / 0.4 + 0.5 * (row % 2) + 0.2 * fibre(row * 3.7, 1);
  const upright = (along - Math.floor(along)) * 0.4 < reach;
  const drawnPart = pool(across * 1.4, row * 1.7) > (level ? 0.05 : 0.12);
  return (level || upright) && drawnPart ? 0.95 : 0;
}

function cell(x: number, y: number): number {
  const column = Math.min(WIDTH - 1, Math.max(0, Math.round(x)));
  const row = Math.min(HEIGHT - 1, Math.max(0, Math.round(y)));
  return row * WIDTH + column;
}
