import { paint } from "./brush.ts";
import { Canvas, WIDTH } from "./canvas.ts";
import { type Lab, lab, palette, shift } from "./colour.ts";
import { scatter, trace } from "./path.ts";
import { Random } from "./random.ts";
import { light } from "./relief.ts";
import { acre, ridge, type Sample, sample, type Star, STARS } from "./van_gogh_scene.ts";

const SKY = palette(
  "#0c1640 #13235e #1a3684 #1f4c9e #2b66b4 #3d84bc #6aa9cc #a9cfd8 #e4e8ce",
);
const SKY_SPARKS = palette("#e8c648 #d9b23a #8fc0b0 #f0dc8c #5fa0a0");
const HALO = palette(
  "#fffbe4 #fdf0a4 #f9da50 #f2c030 #ecd888 #dfe6b4 #a4ccac #74b0c8 #3f7cc0",
);
const MOON = palette("#fbc62c #f7b01c #fdd850 #f29c14");
const HILL = palette("#0e1a3c #16305c #1f4a74 #2f6a86 #27566a #5c8f9c #8ab4a8");
const FIELD = palette(
  "#2c3a2c #5a5a22 #8a7420 #b8902a #d9ac34 #efcb52 #f7e28c",
);
const FIELD_SPARKS = palette("#2a4f6a #47743c #7a9a44 #b5662a #1f3a5c");
const CONTOUR = palette("#0c1838 #14264e #1a3358 #10202c");
const CYPRESS = palette(
  "#0a1414 #10241c #1a3a26 #2c5230 #4a6a34 #5a3e22 #1a2a3c #7a8a44",
);

/**
 * Wheat under a whirling night sky, after Van Gogh's relief of long strokes:
 * returns sRGB bytes at canvas scale.
 */
export function vanGogh(): Uint8Array {
  const random = new Random(1889);
  const canvas = new Canvas();
  const ground = {
    sky: lab("#101c4c"),
    hill: lab("#0c1630"),
    field: lab("#4a4420"),
    cypress: lab("#0a1210"),
  };
  canvas.fill((x, y) => ground[sample(x, y).part]);
  pass(canvas, random, { width: 19, length: 96, thickness: 2.4, spacing: 17 });
  pass(canvas, random, { width: 14, length: 88, thickness: 4, spacing: 15 });
  pass(canvas, random, { width: 10.5, length: 66, thickness: 5, spacing: 17 });
  contours(canvas, random);
  discs(canvas, random);
  crescent(canvas, random, STARS[0]);
  return light(canvas, { angle: -2.2, strength: 0.5, gloss: 0.2 });
}

/** One going-over of the whole picture; lengths are in picture units. */
interface Pass {
  readonly width: number;
  readonly length: number;
  readonly thickness: number;
  /** Distance between the starts of strokes. */
  readonly spacing: number;
}

function pass(canvas: Canvas, random: Random, options: Pass): void {
  for (const place of scatter(random, options.spacing)) {
    const at = sample(place.x, place.y);
    const reach = at.part === "sky" ? 1 - 0.45 * at.glow : 0.62;
    const path = trace(place, {
      angle: (x, y) => sample(x, y).angle,
      length: options.length * reach * random.range(0.55, 1.25),
      within: (x, y) => sample(x, y).part === at.part,
    });
    if (path.length < 4) continue;
    const colour = choose(at, random);
    paint(canvas, {
      path,
      width: options.width * random.range(0.75, 1.15),
      colour,
      second: shift(colour, 0.05 * random.normal(), 0, 0.012 * random.normal()),
      thickness: options.thickness * (0.7 + 0.5 * colour[0]),
      bristle: 0.42,
      dryness: random.range(0, 0.7),
      pickup: random.range(0, 0.15),
      seed: random.range(0, 1000),
    });
  }
}

function choose(at: Sample, random: Random): Lab {
  const tone = at.tone + 0.13 * random.normal();
  const spark = random.next();
  if (at.part === "sky") {
    if (at.glow > 0 && random.next() < 1.3 * at.glow ** 0.7) {
      return along(HALO, 1 - at.glow + 0.13 * random.normal());
    }
    return spark < 0.06 + 0.1 * at.glow ? random.pick(SKY_SPARKS) : along(SKY, tone);
  }
  if (at.part === "hill") return along(HILL, tone);
  if (at.part === "cypress") return random.pick(CYPRESS);
  return spark < 0.16 ? random.pick(FIELD_SPARKS) : along(FIELD, tone);
}

/** The paint at a place of a row of paints, 0 its first and 1 its last. */
function along(row: readonly Lab[], place: number): Lab {
  const at = Math.min(1, Math.max(0, place)) * (row.length - 1);
  return row[Math.round(at)];
}

/** Dark contours that part sky, hills and wheat. */
function contours(canvas: Canvas, random: Random): void {
  for (const line of [ridge, acre]) {
    for (let x = -20; x < WIDTH; x += random.range(26, 44)) {
      const path = trace({ x, y: line(x) + random.range(-3, 3) }, {
        angle: (at) => Math.atan((line(at + 4) - line(at - 4)) / 8),
        length: random.range(50, 90),
        within: (at, y) => sample(at, y).part !== "cypress",
      });
      if (path.length < 4) continue;
      const colour = random.pick(CONTOUR);
      paint(canvas, {
        path,
        width: random.range(6, 10),
        colour,
        second: shift(colour, 0.06),
        thickness: 4,
        bristle: 0.42,
        dryness: 0.4,
        pickup: 0.1,
        seed: random.range(0, 1000),
      });
    }
  }
}

/** The thick discs of moon and stars, stroke by stroke from rim to middle. */
function discs(canvas: Canvas, random: Random): void {
  for (const star of STARS) {
    for (let radius = star.disc; radius > 2; radius -= 5) {
      const turns = Math.max(3, Math.round(radius / 3.5));
      for (let i = 0; i < turns; i++) {
        const start = 2 * Math.PI * (i + random.next()) / turns;
        const place = {
          x: star.x + radius * Math.cos(start),
          y: star.y + radius * Math.sin(start),
        };
        const colour = along(HALO, 0.1 + 0.09 * random.normal());
        paint(canvas, {
          path: trace(place, {
            angle: (x, y) => Math.atan2(y - star.y, x - star.x) + Math.PI / 2,
            length: Math.min(34, radius * 1.6) + 5,
            step: 2.5,
          }),
          width: random.range(6.5, 9),
          colour,
          second: shift(colour, 0.03 * random.normal()),
          thickness: 5.5,
          bristle: 0.4,
          dryness: 0.1,
          pickup: 0.05,
          seed: random.range(0, 1000),
        });
      }
    }
  }
}

/** The moon's crescent: strokes between a circle and a smaller one in it. */
function crescent(canvas: Canvas, random: Random, moon: Star): void {
  for (let row = 0; row < 5; row++) {
    for (let piece = 0; piece < 3; piece++) {
      const from = 0.75 + 0.22 * row;
      const span = 2 * (Math.PI - from) / 3;
      const start = from + 0.4 + span * piece + random.range(-0.1, 0.1);
      const path = Array.from({ length: 9 }, (_, i) => {
        const turn = start + 0.14 * span * i;
        return {
          x: moon.x + moon.disc * (1.2 * Math.cos(turn) + 0.13 * row),
          y: moon.y + moon.disc * (1.2 * Math.sin(turn) - 0.05 * row),
        };
      });
      const colour = random.pick(MOON);
      paint(canvas, {
        path,
        width: random.range(9, 12),
        colour,
        second: shift(colour, 0.04 * random.normal()),
        thickness: 6,
        bristle: 0.4,
        dryness: 0.1,
        pickup: 0,
        seed: random.range(0, 1000),
      });
    }
  }
}
