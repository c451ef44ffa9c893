import { between, type Curve, curve, heading, sampled } from "./curve.ts";
import { foam, type Hand } from "./foam.ts";
import { BLUE, CREAM, DARK, FOAM, MIST, PALE } from "./hokusai_inks.ts";
import type { Print } from "./print.ts";
import type { Random } from "./random.ts";

/** Long swells across the foreground, each banded and edged with foam. */
export function swells(print: Print, random: Random): void {
  for (const [top, depth] of SWELLS) {
    const bottom: Curve = (t) => {
      const at = top(t);
      return { x: at.x, y: at.y + depth };
    };
    print.area(
      [...sampled(top), { x: 1100, y: 800 }, { x: -60, y: 800 }],
      BLUE,
    );
    for (let i = 0; i < 60; i++) {
      const start = random.range(-0.1, 0.95);
      const share = random.range(0.04, 0.95);
      const reach = random.range(0.1, 0.26);
      const middle: Curve = (t) => between(top, bottom, share + 0.3 * (t - 0.5))(start + reach * t);
      const ink = random.pick([DARK, DARK, PALE, CREAM, PALE]);
      const width = random.range(6, 17) * (ink === CREAM ? 0.6 : 1);
      print.line(
        sampled(middle, 0, 1, 30),
        (t) => width * Math.sin(Math.PI * t) ** 0.8,
        ink,
      );
    }
    print.line(sampled(top), (t) => 10 + 5 * Math.sin(19 * t), DARK);
    print.line(sampled(top), (t) => 6 + 4.5 * Math.sin(19 * t), FOAM.fill);
    for (let middle = 0.04; middle < 1; middle += random.range(0.12, 0.21)) {
      surge(print, random, top, middle);
    }
  }
}

/** The crest line of each swell, the farther first, and its depth. */
const SWELLS: readonly (readonly [Curve, number])[] = [
  [
    curve(-30, 610, 130, 592, 300, 640, 470, 664, 640, 606, 800, 556, 940, 590, 1060, 640),
    140,
  ],
  [
    curve(-30, 700, 150, 716, 330, 670, 520, 706, 720, 730, 900, 668, 1060, 690),
    130,
  ],
];

/** A heap of foam where a swell breaks. */
function surge(
  print: Print,
  random: Random,
  top: Curve,
  middle: number,
): void {
  const sense = random.next() < 0.7 ? -1 : 1;
  const half = random.range(0.045, 0.08);
  for (const inks of [MIST, FOAM]) {
    const hands = Array.from({ length: 8 }, (_, k): Hand => {
      const side = k / 3.5 - 1;
      const at = top(middle + half * side);
      const turn = inks === MIST ? random.range(-1.4, -0.7) : random.range(0, 0.5);
      return {
        root: { x: at.x, y: at.y + (inks === MIST ? 13 : 5) },
        angle: (sense > 0 ? 0 : Math.PI) + heading(top, middle) - sense * turn,
        size: random.range(20, 44) * (1.1 - 0.6 * side * side),
        sense,
      };
    });
    foam(print, random, hands, inks);
  }
}
