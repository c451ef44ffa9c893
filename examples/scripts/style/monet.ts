import { paint } from "./brush.ts";
import { Canvas } from "./canvas.ts";
import { type Lab, palette, shift } from "./colour.ts";
import { createNoise, fractal } from "./noise.ts";
import { scatter, trace } from "./path.ts";
import { BOATS, MEADOW, sample, type Tones } from "./monet_scene.ts";
import { Random } from "./random.ts";
import { light } from "./relief.ts";

const SAIL = palette("#fbe8cc #fdf6e6 #f7dcbc #f2e3d2");
const HULL = palette("#3a3f6c #4a3c5c #2c4a6c");

const BLOSSOM = palette(
  "#d8322c #e2503c #c92a3f #f2a7a4 #f6c7c0 #faf0e2 #f0a03c #e88a94 #b98bd0",
);

const drifts = createNoise(13);

/**
 * A cliff coast in afternoon light, broken colour after Monet's palette of the
 * 1880s: returns sRGB bytes at canvas scale.
 */
export function monet(): Uint8Array {
  const random = new Random(1882);
  const canvas = new Canvas();
  canvas.fill((x, y) => {
    const { tones, tone } = sample(x, y);
    return shift(level(tones, tone)[0], -0.03);
  });
  pass(canvas, random, { width: 28, length: 58, thickness: 0.8, share: 1 });
  pass(canvas, random, { width: 19, length: 36, thickness: 1.6, share: 1 });
  pass(canvas, random, { width: 13, length: 25, thickness: 2.3, share: 0.8 });
  pass(canvas, random, { width: 8.5, length: 19, thickness: 2.6, share: 0.3 });
  boats(canvas, random);
  blossoms(canvas, random);
  return light(canvas, { angle: -2.3, strength: 0.42, gloss: 0.14 });
}

/** One going-over of the whole picture with one size of brush. */
interface Pass {
  /** Breadth of the brush, picture units. */
  readonly width: number;
  /** Length of a touch, picture units. */
  readonly length: number;
  /** Height of the paint, picture units. */
  readonly thickness: number;
  /** Share of places that get a touch, 0 to 1. */
  readonly share: number;
}

function pass(canvas: Canvas, random: Random, options: Pass): void {
  for (const place of scatter(random, options.width * 0.95)) {
    const at = sample(place.x, place.y);
    if (random.next() > options.share * at.share) continue;
    const tone = at.tone + 0.13 * random.normal();
    const colour = choose(at.tones, tone, random);
    const turn = at.stray * random.normal();
    const length = options.length * at.length * random.range(0.4, 1.5);
    const path = trace(place, {
      angle: (x, y) => sample(x, y).angle + turn,
      length,
      within: (x, y) => sample(x, y).tones === at.tones,
    });
    if (path.length < 3) continue;
    paint(canvas, {
      path,
      width: options.width * at.width * random.range(0.6, 1.25),
      colour,
      second: choose(at.tones, tone + 0.1 * random.normal(), random),
      thickness: options.thickness * (0.6 + 0.7 * at.tone),
      bristle: 0.9,
      dryness: random.range(0.1, 0.9),
      pickup: random.range(0, 0.3),
      seed: random.range(0, 1000),
    });
  }
}

/** A paint of about the wanted tone. */
function choose(tones: Tones, tone: number, random: Random): Lab {
  return shift(
    random.pick(level(tones, tone)),
    0.02 * random.normal(),
    0.008 * random.normal(),
    0.008 * random.normal(),
  );
}

/** The paints of one tone, 0 the darkest to 1 the lightest. */
function level(tones: Tones, tone: number): readonly Lab[] {
  return tones[Math.floor(Math.min(0.999, Math.max(0, tone)) * tones.length)];
}

/** Sails of two or three dabs each, their hulls, and their light below. */
function boats(canvas: Canvas, random: Random): void {
  for (const { x, y, size } of BOATS) {
    const dab = (colours: readonly Lab[], way: number[], width: number) => {
      const colour = random.pick(colours);
      paint(canvas, {
        path: [
          { x: x + way[0] * size, y: y + way[1] * size },
          { x: x + (way[0] + way[2]) / 2 * size, y: y + (way[1] + way[3]) / 2 * size },
          { x: x + way[2] * size, y: y + way[3] * size },
        ],
        width: width * size,
        colour,
        second: shift(colour, -0.04, 0.005, -0.01),
        thickness: 3,
        bristle: 0.7,
        dryness: 0.1,
        pickup: 0.05,
        seed: random.range(0, 1000),
      });
    };
    for (let k = 0; k < 4; k++) {
      const side = random.range(-0.2, 0.2);
      dab(SAIL, [side - 0.1, 0.2 + 0.16 * k, side + 0.12, 0.24 + 0.16 * k], 0.1);
    }
    dab(HULL, [-0.34, 0.06, 0.36, 0.05], 0.16);
    dab(SAIL, [-0.26, -0.08, -0.02, -0.95], 0.26);
    dab(SAIL, [-0.05, -0.05, 0.04, -1.15], 0.24);
    dab(SAIL, [0.24, -0.08, 0.1, -0.7], 0.2);
  }
}

/** Dabs of flowers in the meadow, in drifts. */
function blossoms(canvas: Canvas, random: Random): void {
  for (const place of scatter(random, 9)) {
    const { x, y } = place;
    const at = sample(x, y);
    const drift = fractal(drifts, x / 130 + 40, y / 70, 3);
    if (at.tones !== MEADOW || random.next() > 1.6 * drift - 0.05) continue;
    const kind = Math.floor(
      Math.min(
        0.999,
        Math.max(0, 0.5 + 0.9 * drifts(x / 160, y / 110 + 9)),
      ) * 3,
    );
    const colour = BLOSSOM[kind * 3 + Math.floor(random.next() * 3)];
    const path = trace(place, {
      angle: () => at.angle + random.normal(),
      length: random.range(4, 9),
      step: 2,
    });
    paint(canvas, {
      path,
      width: random.range(5, 9),
      colour: shift(colour, 0.14 * (at.tone - 0.75)),
      second: shift(colour, 0.05),
      thickness: 2.6,
      bristle: 0.6,
      dryness: 0.2,
      pickup: 0.1,
      seed: random.range(0, 1000),
    });
  }
}
