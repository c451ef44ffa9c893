import { Canvas, SCALE } from "./canvas.ts";
import { type Lab, lab, shift } from "./colour.ts";
import { GLASS, type Kind } from "./glass.ts";
import { kindOf, label } from "./mosaic_scene.ts";
import { createNoise, fractal, smoothstep } from "./noise.ts";
import { Random } from "./random.ts";
import { light } from "./relief.ts";
import { Floor, type Tessera } from "./tesserae.ts";

const grain = createNoise(31);
const tint = createNoise(33);

/**
 * Glass tesserae and gold: sun, tree, sea and flowers, the rows of pieces
 * along the contours: returns sRGB bytes at canvas scale.
 */
export function mosaic(): Uint8Array {
  const random = new Random(547);
  const canvas = new Canvas();
  const floor = new Floor(random, 13.5, label);
  const pieces = new Map(
    floor.tesserae.map((tessera) => [tessera, glaze(tessera, random)]),
  );
  for (let row = 0, i = 0; row < canvas.height; row++) {
    for (let column = 0; column < canvas.width; column++, i++) {
      const x = column / SCALE;
      const y = row / SCALE;
      const owner = floor.at(x, y);
      const chip = 0.35 * grain(x / 5, y / 5) + 0.2 * grain(x / 2, y / 2);
      const inside = owner ? owner.inside - 0.95 + chip : -1;
      const face = smoothstep(-0.25, 0.35, inside);
      const mortar = shift(
        MORTAR,
        0.05 * fractal(grain, x / 3, y / 3, 3) + 0.02 * tint(x / 40, y / 40),
      );
      const piece = owner && pieces.get(owner.tessera);
      const streak = piece ? 0.035 * grain(owner.u / 6 + piece.seed, owner.v / 2.2) : 0;
      const glass = piece ? shift(piece.colour, streak) : MORTAR;
      for (let k = 0; k < 3; k++) {
        canvas.colour[3 * i + k] = mortar[k] + face * (glass[k] - mortar[k]);
      }
      const tilt = piece ? owner.u * piece.tiltU + owner.v * piece.tiltV + 0.25 * streak : 0;
      canvas.relief[i] = face * (1.4 + tilt) +
        1.1 * smoothstep(0, 2.6, inside) +
        0.12 * grain(x / 1.5, y / 1.5) * (1 - face);
    }
  }
  return light(canvas, { angle: -2.2, strength: 0.6, gloss: 0.3 });
}

const MORTAR = lab("#5a5148");

/** What sets one piece apart from its neighbours. */
interface Glaze {
  readonly colour: Lab;
  /** Slope of its face along its two sides. */
  readonly tiltU: number;
  readonly tiltV: number;
  readonly seed: number;
}

function glaze(tessera: Tessera, random: Random): Glaze {
  const stray = random.next() < 0.03 ? random.pick(ODD) : undefined;
  const kind = stray ?? kindOf(tessera.label);
  const shades = GLASS[kind];
  const gradual = 0.5 + 0.6 * tint(tessera.x / 60, tessera.y / 60);
  const index = Math.floor(
    Math.min(0.999, Math.max(0, gradual + 0.3 * random.normal())) *
      shades.length,
  );
  const tilt = kind === "gold" ? 0.11 : 0.05;
  return {
    colour: shift(
      shades[index],
      0.03 * random.normal(),
      0.008 * random.normal(),
      0.008 * random.normal(),
    ),
    tiltU: tilt * random.normal(),
    tiltV: tilt * random.normal(),
    seed: random.range(0, 1000),
  };
}

/** Glass that strays into any part. */
const ODD: readonly Kind[] = ["gold", "turquoise", "violet", "cream"];
