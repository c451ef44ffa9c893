import { type Kind, KINDS } from "./glass.ts";
import { smoothstep } from "./noise.ts";
import { profile } from "./path.ts";

const SUN = { x: 690, y: 236 };
const RINGS: readonly Kind[] = [
  "cobalt",
  "turquoise",
  "lapis",
  "gold",
  "cobalt",
  "lapis",
  "turquoise",
  "violet",
  "cobalt",
  "gold",
  "lapis",
  "turquoise",
  "cobalt",
];
const SWELL: readonly Kind[] = [
  "turquoise",
  "cream",
  "cobalt",
  "lapis",
  "emerald",
  "turquoise",
  "cream",
  "lapis",
];

const far = profile([
  [0, 330],
  [130, 372],
  [300, 300],
  [450, 392],
  [640, 350],
  [860, 300],
  [1024, 352],
]);
const middle = profile([
  [0, 430],
  [220, 380],
  [430, 452],
  [660, 418],
  [820, 380],
  [1024, 430],
]);
const near = profile([
  [0, 470],
  [260, 462],
  [520, 490],
  [760, 468],
  [1024, 486],
]);

const CROWNS = [
  { x: 150, y: 150, r: 92 },
  { x: 262, y: 232, r: 70 },
  { x: 62, y: 262, r: 74 },
  { x: 252, y: 92, r: 50 },
  { x: 168, y: 292, r: 56 },
];
const FLOWERS = [
  { x: 96, y: 656, r: 88, kinds: ["ruby", "amber"] },
  { x: 262, y: 700, r: 72, kinds: ["cream", "gold"] },
  { x: 912, y: 660, r: 94, kinds: ["amber", "ruby"] },
  { x: 738, y: 708, r: 68, kinds: ["violet", "cream"] },
] as const;
const FISH = [
  { x: 436, y: 606, length: 196, sense: 1 },
  { x: 640, y: 552, length: 150, sense: -1 },
];

/** A part's number: its kind of glass in the low four bits, then a serial. */
function part(kind: Kind, serial = 0): number {
  return 16 * serial + KINDS.indexOf(kind);
}

/** Number of the part that holds a place, given in picture units. */
export function label(x: number, y: number): number {
  return flower(x, y) ?? tree(x, y) ?? fish(x, y) ?? sea(x, y) ?? land(x, y) ??
    sky(x, y);
}

function flower(x: number, y: number): number | undefined {
  for (const [i, { x: cx, y: cy, r, kinds }] of FLOWERS.entries()) {
    const d = Math.hypot(x - cx, y - cy);
    const turn = Math.atan2(y - cy, x - cx) + i;
    const petal = Math.abs(Math.cos(4 * turn));
    const rim = r * (0.72 + 0.28 * Math.sqrt(petal));
    if (d > rim) continue;
    if (d < r * 0.22) return part("umber", 1);
    if (d < r * 0.4) return part("gold", 1);
    const serial = Math.floor((turn + 7) / (Math.PI / 4) + 0.5) % 2;
    return part(kinds[serial], 2);
  }
  const leaf = Math.sin(x / 44 + 1.5 * Math.sin(y / 60)) *
    Math.sin(y / 34 + 0.6 * Math.sin(x / 50));
  if (y > 690 - 60 * Math.abs((x - 512) / 512) ** 1.5 + 12 * Math.sin(x / 60)) {
    return leaf > 0.25 ? part("leaf", 1) : leaf < -0.3 ? part("turquoise", 5) : part("emerald", 1);
  }
  return undefined;
}

function tree(x: number, y: number): number | undefined {
  for (const [i, crown] of CROWNS.entries()) {
    const dx = x - crown.x;
    const dy = y - crown.y;
    const d = Math.hypot(dx, dy);
    if (d > crown.r) continue;
    const fruit = Math.hypot(
      mod(dx + 8 * i, 64) - 32,
      mod(dy + 14 * i, 58) - 29,
    );
    if (fruit < 14 && d < crown.r - 26) return part("ruby", 4 + i);
    if (d > crown.r - 14) return part("gold", 20 + i);
    return part(d > crown.r * 0.55 ? "emerald" : "leaf", 20 + i);
  }
  const lean = 16 * Math.sin(y / 70);
  const spread = 17 + 46 * smoothstep(400, 560, y) ** 2 +
    14 * smoothstep(380, 280, y);
  if (y > 240 && y < 560 && Math.abs(x - 160 - lean) < spread) {
    return part(Math.abs(x - 160 - lean) < spread * 0.4 ? "terracotta" : "umber");
  }
  return undefined;
}

function fish(x: number, y: number): number | undefined {
  for (const [i, { x: cx, y: cy, length, sense }] of FISH.entries()) {
    const u = sense * (x - cx) / length;
    const v = (y - cy - 10 * Math.sin(2.4 * u)) / length;
    if (Math.hypot(u - 0.3, v + 0.04) < 0.05) return part("lapis", 30 + i);
    const body = (u / 0.5) ** 2 + (v / 0.21) ** 2;
    if (body < 1) {
      if (u > 0.16) return part("gold", 30 + i);
      const scales = Math.sin(u * 36 + 3 * Math.cos(v * 9));
      return part(scales > 0 ? "ruby" : "amber", 30 + i);
    }
    const tail = -u - 0.4;
    if (tail > 0 && tail < 0.28 && Math.abs(v) < 0.06 + 0.7 * tail) {
      return part(Math.abs(v) < 0.3 * tail ? "gold" : "ruby", 34 + i);
    }
  }
  return undefined;
}

function sea(x: number, y: number): number | undefined {
  const depth = y - near(x);
  if (depth < 0) return undefined;
  const roll = 15 * Math.sin(x / 52 + depth / 60) + 7 * Math.sin(x / 23 + 1);
  const band = Math.max(0, Math.floor((depth + roll) / 27));
  return part(SWELL[band % SWELL.length], 40 + band);
}

function land(x: number, y: number): number | undefined {
  if (y > middle(x)) {
    const row = Math.floor((y - middle(x)) / 30);
    return part(row % 2 ? "leaf" : "emerald", 60 + row);
  }
  if (y > far(x)) {
    const row = Math.floor((y - far(x)) / 32);
    return part(row % 2 ? "terracotta" : "violet", 70 + row);
  }
  return undefined;
}

function sky(x: number, y: number): number {
  const dx = x - SUN.x;
  const dy = y - SUN.y;
  const d = Math.hypot(dx, dy);
  const turn = Math.atan2(dy, dx);
  if (d < 34) return part("cream", 80);
  if (d < 66) return part("gold", 80);
  if (d < 82) return part("ruby", 80);
  const flare = d - 22 * Math.sin(3 * turn + d / 40);
  const ray = Math.floor((turn / Math.PI + 1) * 12 + d / 180);
  if (flare < 158) return part(ray % 2 ? "amber" : "gold", 82 + ray % 2);
  const wave = d + 10 * Math.sin(7 * turn + d / 50) - 160;
  const ring = Math.max(0, Math.floor(wave / 42));
  return part(RINGS[ring % RINGS.length], 90 + ring);
}

function mod(value: number, period: number): number {
  return ((value % period) + period) % period;
}

/** The kind of glass of a part's number. */
export function kindOf(label: number): Kind {
  return KINDS[label % 16];
}
