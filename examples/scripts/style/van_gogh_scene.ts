import { createNoise, fractal, smoothstep } from "./noise.ts";
import { profile } from "./path.ts";

/** A whirl of the sky; lengths are in picture units. */
interface Whirl {
  readonly x: number;
  readonly y: number;
  /** Radius of its calm core. */
  readonly core: number;
  /** Speed at the core's rim against the wind's; the sign is the sense. */
  readonly strength: number;
}

/** A star or the moon with its halo; lengths are in picture units. */
export interface Star {
  readonly x: number;
  readonly y: number;
  /** Radius of the disc. */
  readonly disc: number;
  /** Radius to which the halo's rings reach. */
  readonly halo: number;
}

const WHIRLS: readonly Whirl[] = [
  { x: 610, y: 215, core: 62, strength: 3.4 },
  { x: 400, y: 300, core: 46, strength: -2.6 },
  { x: 890, y: 365, core: 38, strength: -1.9 },
];

/** The moon, then the stars. */
export const STARS: readonly Star[] = [
  { x: 858, y: 118, disc: 40, halo: 128 },
  { x: 322, y: 92, disc: 15, halo: 68 },
  { x: 478, y: 58, disc: 9, halo: 44 },
  { x: 214, y: 258, disc: 13, halo: 60 },
  { x: 690, y: 62, disc: 8, halo: 40 },
  { x: 760, y: 330, disc: 10, halo: 48 },
  { x: 60, y: 70, disc: 11, halo: 50 },
  { x: 985, y: 262, disc: 8, halo: 40 },
  { x: 300, y: 410, disc: 7, halo: 32 },
];

const wind = createNoise(21);
const drift = createNoise(23);
const land = createNoise(25);

/** The hills' outline against the sky: y of each x, in picture units. */
export const ridge = profile([
  [0, 520],
  [160, 505],
  [330, 470],
  [470, 500],
  [620, 455],
  [780, 488],
  [900, 462],
  [1024, 495],
]);
/** Where the wheat begins: y of each x, in picture units. */
export const acre = profile([
  [0, 612],
  [260, 585],
  [520, 600],
  [760, 570],
  [1024, 590],
]);

/** What lies at a place of the scene. */
export interface Sample {
  readonly part: "sky" | "hill" | "field" | "cypress";
  /** Direction of the brush in radians. */
  readonly angle: number;
  /** Place in the part's row of paints, 0 to 1. */
  readonly tone: number;
  /** Star whose halo the place is in, and how deep, 0 at its rim to 1. */
  readonly glow: number;
}

/** What lies at a place, given in picture units. */
export function sample(x: number, y: number): Sample {
  if (inCypress(x, y)) {
    const sway = 0.5 * Math.sin(y / 46 + x / 30) + 0.35 * land(x / 30, y / 80);
    return { part: "cypress", angle: -Math.PI / 2 + sway, tone: 0, glow: 0 };
  }
  if (y > acre(x) + 5 * land(x / 30, 4)) return field(x, y);
  if (y > ridge(x)) return hill(x, y);
  return sky(x, y);
}

/** Two flames of dark trees on the left. */
function inCypress(x: number, y: number): boolean {
  const sway = 10 * Math.sin(y / 48) + 9 * land(y / 34, 1);
  const tall = flame(x - 118 - sway, y, 130, 60);
  const low = flame(x - 196 - sway, y, 330, 40);
  return tall || low;
}

function flame(x: number, y: number, top: number, half: number): boolean {
  const t = (y - top) / (700 - top);
  if (t < 0 || t > 1) return false;
  const breadth = half * Math.sqrt(t) * (1.15 - 0.55 * t * t);
  return Math.abs(x + 5 * land(x / 14, y / 22)) < breadth;
}

function sky(x: number, y: number): Sample {
  let vx = 1;
  let vy = 0.35 * Math.sin(x / 120 + 0.8) + 0.5 * wind(x / 220, y / 160);
  let phase = y / 30 + 1.3 * wind(x / 180, y / 90);
  for (const whirl of WHIRLS) {
    const dx = x - whirl.x;
    const dy = (y - whirl.y) * 1.15;
    const r = Math.hypot(dx, dy);
    const reach = Math.exp(-((r / (whirl.core * 2.5)) ** 2));
    const speed = whirl.strength * reach * 2 * r / (r + whirl.core);
    const inward = 0.16 * Math.abs(speed);
    vx += (-speed * dy - inward * dx) / (r + 1);
    vy += (speed * dx - inward * dy) / (r + 1);
    const spiral = r / 12 - Math.sign(whirl.strength) * Math.atan2(dy, dx);
    phase += reach * (spiral - phase);
  }
  let glow = 0;
  for (const star of STARS) {
    const dx = x - star.x;
    const dy = y - star.y;
    const r = Math.hypot(dx, dy);
    if (r > star.halo * 1.3) continue;
    const near = smoothstep(star.halo * 1.3, star.halo * 0.75, r);
    vx += 6 * near * (-dy / (r + 1)) - near * vx;
    vy += 6 * near * (dx / (r + 1)) - near * vy;
    glow = Math.max(
      glow,
      1 - Math.max(0, r - star.disc) / (star.halo - star.disc),
    );
  }
  const bands = 0.5 + 0.36 * Math.sin(phase);
  const tone = 0.12 + 0.62 * bands + 0.3 * fractal(drift, x / 150, y / 90, 3) +
    0.12 * smoothstep(300, 480, y);
  return { part: "sky", angle: Math.atan2(vy, vx), tone, glow };
}

function hill(x: number, y: number): Sample {
  const slope = Math.atan((ridge(x + 6) - ridge(x - 6)) / 12);
  const fold = land(x / 90, y / 40);
  const rim = smoothstep(22, 0, y - ridge(x));
  const terrace = Math.sin((y - ridge(x)) / 8 + 5 * land(x / 110, y / 70));
  const tone = 0.42 + 0.4 * fold + 0.3 * terrace + 0.35 * rim;
  return { part: "hill", angle: slope + 0.9 * fold, tone, glow: 0 };
}

function field(x: number, y: number): Sample {
  const wave = fractal(land, x / 150 + 3, y / 60, 2);
  const angle = -0.55 + 1.3 * wave + 0.35 * Math.sin(x / 70 + y / 40);
  const tone = 0.52 + 0.55 * wave + 0.25 * Math.sin(x / 34 - y / 15);
  return { part: "field", angle, tone, glow: 0 };
}
