import type { Point } from "./path.ts";
import { type Print, ribbon } from "./print.ts";
import type { Random } from "./random.ts";

/** One hand of foam; lengths are in picture units, angles in radians. */
export interface Hand {
  /** Where its fingers meet. */
  readonly root: Point;
  /** Where its fingers point at first. */
  readonly angle: number;
  /** Reach of its longest finger. */
  readonly size: number;
  /** Which way fingers curl: 1 clockwise on the page, -1 against. */
  readonly sense: number;
}

/** Inks of foam. */
export interface FoamInks {
  readonly line: string;
  readonly shade: string;
  readonly fill: string;
}

/** A finger: its middle line and its breadth at the root. */
interface Finger {
  readonly points: readonly Point[];
  readonly width: number;
}

/** Prints hands of hooked fingers, grown together under one outline. */
export function foam(
  print: Print,
  random: Random,
  hands: readonly Hand[],
  inks: FoamInks,
): void {
  const fingers: Finger[] = [];
  for (const hand of hands) fan(fingers, random, hand);
  const swell = random.range(2.2, 3.2);
  for (const { points, width } of fingers) {
    print.line(
      points,
      (t) => breadth(width, t) + swell * (1.1 - 0.5 * t),
      inks.line,
    );
  }
  for (const { points, width } of fingers) {
    print.line(points, (t) => breadth(width, t), inks.fill);
  }
  for (const { points, width } of fingers) {
    if (width < 4) continue;
    const inner = points.slice(1, 8);
    print.line(
      inner,
      (t) => width * 0.42 * Math.sin(Math.PI * t ** 0.6),
      inks.shade,
    );
    if (random.next() < 0.5) {
      const rib = ribbon(inner, () => 0.7 * width).slice(0, inner.length);
      print.line(rib, (t) => 1.6 * Math.sin(Math.PI * t), inks.line);
    }
  }
}

/** Fingers spread from a root. */
function fan(fingers: Finger[], random: Random, hand: Hand): void {
  const { root, angle, size, sense } = hand;
  const count = 3 + Math.floor(random.range(0, 3));
  for (let i = 0; i < count; i++) {
    const spread = (i / (count - 1) - 0.5) * 2 + random.range(-0.2, 0.2);
    const out = angle + spread;
    finger(fingers, random, {
      root: {
        x: root.x + 0.12 * size * Math.cos(out),
        y: root.y + 0.12 * size * Math.sin(out),
      },
      angle: out - sense * 0.5,
      size: size * random.range(0.55, 1.1),
      sense,
    }, 2);
  }
}

/** Grows a hooked finger and, from its outer side, smaller ones. */
function finger(
  fingers: Finger[],
  random: Random,
  hand: Hand,
  depth: number,
): void {
  const { root, angle, size, sense } = hand;
  const count = 12;
  const points = [root];
  const bend = random.range(0.75, 1.2);
  const children: Hand[] = [];
  let direction = angle;
  let { x, y } = root;
  for (let i = 0; i < count; i++) {
    const t = i / count;
    direction += sense * bend * (0.03 + 0.62 * t * t);
    const step = size / count * (1.2 - 0.6 * t);
    x += step * Math.cos(direction);
    y += step * Math.sin(direction);
    points.push({ x, y });
    if (depth > 1 && (i === 4 || i === 7)) {
      children.push({
        root: { x, y },
        angle: direction - sense * random.range(0.7, 1.1),
        size: size * random.range(0.34, 0.5),
        sense,
      });
    }
  }
  fingers.push({ points, width: size * 0.34 });
  for (const child of children) finger(fingers, random, child, depth - 1);
}

/** Swells from the root, then tapers to the hook's point. */
function breadth(width: number, t: number): number {
  return width * (1 - t) ** 0.8 * (0.75 + 0.6 * Math.sin(Math.PI * t));
}
