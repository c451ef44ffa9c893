import { between, type Curve, curve, heading, sampled } from "./curve.ts";
import { foam, type FoamInks, type Hand } from "./foam.ts";
import { BLUE, CREAM, DARK, FOAM, MIST, PALE } from "./hokusai_inks.ts";
import { smoothstep } from "./noise.ts";
import type { Print } from "./print.ts";
import type { Random } from "./random.ts";

/** A breaking wave between its back, `outer`, and its hollow face, `inner`. */
export interface Wave {
  readonly outer: Curve;
  readonly inner: Curve;
  /** Which way it breaks: -1 to the left, 1 to the right. */
  readonly sense: number;
  /** Length of its largest foam, in picture units. */
  readonly foam: number;
  /** How many bands run up its face. */
  readonly bands: number;
}

/** The great wave on the right. */
export const GREAT: Wave = {
  outer: curve(1100, 600, 1030, 400, 930, 235, 800, 122, 650, 74, 510, 92, 405, 160, 356, 236),
  inner: curve(520, 800, 590, 660, 640, 540, 652, 430, 622, 338, 556, 276, 466, 246, 378, 250),
  sense: -1,
  foam: 92,
  bands: 12,
};

/** The lesser wave on the left. */
export const SMALL: Wave = {
  outer: curve(-90, 640, -20, 500, 60, 404, 140, 352, 214, 350, 270, 392, 290, 436),
  inner: curve(250, 800, 200, 690, 176, 600, 180, 530, 204, 480, 240, 452, 282, 442),
  sense: 1,
  foam: 58,
  bands: 8,
};

/** A wave: bands up its face, outlines, foam. */
export function breaker(print: Print, random: Random, wave: Wave): void {
  const { outer, inner, bands } = wave;
  print.area([...sampled(outer), ...sampled(inner).reverse()], BLUE);
  for (let k = 0; k < bands; k++) {
    const middle = (k + 0.5 + random.range(-0.12, 0.12)) / bands;
    band(print, wave, middle, random.range(0.3, 0.44) / bands, DARK, [
      random.range(-0.1, 0.1),
      random.range(0.86, 1),
    ]);
    if (k % 2 === 0) {
      band(print, wave, middle + 0.5 / bands, 0.22 / bands, PALE, [
        random.range(0, 0.2),
        random.range(0.6, 0.85),
      ]);
    } else {
      band(print, wave, middle + 0.5 / bands, 0.12 / bands, CREAM, [
        random.range(0.1, 0.3),
        random.range(0.5, 0.8),
      ]);
    }
  }
  const press = (t: number) => 2.6 + 1.3 * Math.sin(11 * t) + 0.6 * Math.sin(29 * t);
  print.line(sampled(outer), press, DARK);
  print.line(sampled(inner), press, DARK);
  crest(print, random, wave);
}

/** A tapering band up the face of a wave, `half` a share of its breadth. */
function band(
  print: Print,
  wave: Wave,
  middle: number,
  half: number,
  ink: string,
  [start, end]: readonly [number, number],
): void {
  const points = (side: number) =>
    Array.from({ length: 61 }, (_, i) => {
      const t = i / 60;
      const taper = Math.min(1, 6 * t) * (1 - t) ** 0.45;
      const wave2 = 0.012 * Math.sin(9 * t + 40 * middle);
      return between(
        wave.outer,
        wave.inner,
        middle + wave2 + side * half * taper,
      )(start + (end - start) * t);
    });
  print.area([...points(1), ...points(-1).reverse()], ink);
}

/** Foam: a white comb along the back, then hands in rows down the face. */
function crest(print: Print, random: Random, wave: Wave): void {
  const { outer, inner, sense } = wave;
  const down = (share: number): Curve => (t) => between(outer, inner, share * smoothstep(0.22, 0.62, t))(t);
  print.area(
    [...sampled(outer, 0.22, 1), ...sampled(down(0.32), 0.22, 1).reverse()],
    FOAM.fill,
  );
  for (const { share, from, lean, inks } of ROWS) {
    const edge = down(share);
    let hands: Hand[] = [];
    for (let t = from; t <= 1; t += 2.3 / wave.foam * random.range(0.7, 1.3)) {
      const rise = smoothstep(from - 0.12, 0.92, t);
      const ahead = heading(edge, Math.min(0.97, t));
      const at = edge(t);
      hands.push({
        root: {
          x: at.x + wave.foam * 0.09 * random.normal(),
          y: at.y + wave.foam * 0.09 * random.normal(),
        },
        angle: ahead + sense * (lean + random.range(-0.4, 0.4)),
        size: wave.foam * (0.2 + 0.42 * rise) * random.range(0.7, 1.25),
        sense,
      });
      if (hands.length === 3) {
        foam(print, random, hands, inks);
        hands = [];
      }
    }
    if (hands.length > 0) foam(print, random, hands, inks);
  }
  for (let i = 0; i < 9; i++) {
    foam(print, random, [{
      root: inner(random.range(0.86, 1)),
      angle: Math.PI / 2 - sense * random.range(-0.2, 0.9),
      size: wave.foam * random.range(0.4, 0.75),
      sense,
    }], FOAM);
  }
}

/**
 * Rows of foam from the face up to the back: how far down the face, where
 * along the wave they begin, which way they lean from its run, their inks.
 */
const ROWS: readonly {
  readonly share: number;
  readonly from: number;
  readonly lean: number;
  readonly inks: FoamInks;
}[] = [
  { share: 0.74, from: 0.62, lean: 0.9, inks: MIST },
  { share: 0.58, from: 0.5, lean: 1, inks: MIST },
  { share: 0.44, from: 0.42, lean: 1, inks: MIST },
  { share: 0.3, from: 0.36, lean: 0.9, inks: FOAM },
  { share: 0.17, from: 0.33, lean: 0.55, inks: FOAM },
  { share: 0.02, from: 0.26, lean: -0.2, inks: FOAM },
];
