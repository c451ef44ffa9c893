import { type Lab, palette } from "./colour.ts";
import { createNoise, fractal, smoothstep } from "./noise.ts";
import { profile } from "./path.ts";

/** Paints of one part of the scene, from its darkest to its lightest tone. */
export type Tones = readonly (readonly Lab[])[];

const SKY: Tones = [
  palette("#8fa6cf #9db2d6 #a99fcf #8db4cf"),
  palette("#a9c1dc #b9c9e2 #c3b9dc #a8cbd6 #b7c4e6"),
  palette("#d8d3e2 #e6cfd2 #cfdbe2 #efd8c2 #d9c9e0"),
  palette("#f5e7cf #f3d6c6 #faf0dc #eedfdc #f7e2b8"),
];

const SEA: Tones = [
  palette("#274a86 #1f5f7d #3a3f86 #24707a #2d4f73"),
  palette("#3b6fa3 #2f8589 #5a62ab #3f9488 #4a7fae"),
  palette("#6aa2b4 #62b09f #8a8cc6 #7db4c2 #5fa0a8 #9a8fc0"),
  palette("#a9cfc8 #d9c6cf #b9d8cf #e8cdb8 #b3b7dd #9fd0c4"),
  palette("#f4ead2 #f6dcc4 #fbf3df #efd2cc"),
];

const ROCK: Tones = [
  palette("#4a4a82 #5b4a80 #3c5578 #6b5588 #475f86"),
  palette("#7a6fa5 #8c7aa6 #6d82a8 #9a7f98 #7f7fb4"),
  palette("#b995a3 #c49c8c #a99ab8 #c7a98c #b08f8a #9aa6a0"),
  palette("#e2b99a #dfb3a6 #e6c79c #d9b8b8 #efcfa4"),
  palette("#f8e3bf #f6d5bb #fbeccf #f4d9a8 #f9dccb"),
];

/** Grass and leaves. */
export const MEADOW: Tones = [
  palette("#22406a #234d52 #38356b #1f5348 #3f3a5c #2c5a3c"),
  palette("#2f6b4f #3d7a3f #34687a #566d36 #4a5a88 #2f7f5c"),
  palette("#5f9440 #7d9c3c #4f9a6c #8f8f4a #6f9f5a #a08a8c #7a86a8"),
  palette("#a3b84a #bfc058 #8cb866 #c9b07a #9cc07c #d3a596"),
  palette("#e3dc84 #d9e09c #efd9a0 #f0c8b0 #f4ecc4"),
];

const HORIZON = 218;

const clouds = createNoise(3);
const ripples = createNoise(5);
const stone = createNoise(7);
const leaves = createNoise(11);

const crown = profile([
  [0, 62],
  [90, 80],
  [210, 58],
  [330, 92],
  [430, 128],
  [505, 190],
  [545, 300],
  [600, 384],
  [650, 420],
]);
const bank = profile([
  [0, 560],
  [150, 520],
  [300, 500],
  [470, 560],
  [640, 600],
  [820, 540],
  [1024, 455],
]);
/** Sailing boats: waterline and height of the mast, in picture units. */
export const BOATS = [
  { x: 668, y: 262, size: 34 },
  { x: 858, y: 300, size: 54 },
  { x: 762, y: 238, size: 20 },
  { x: 950, y: 246, size: 24 },
];

/** What lies at a place of the scene. */
export interface Sample {
  readonly tones: Tones;
  /** 0 deepest shade, 1 full light. */
  readonly tone: number;
  /** Direction of the brush in radians. */
  readonly angle: number;
  /** Breadth and length of strokes against the pass's own. */
  readonly width: number;
  readonly length: number;
  /** How far the brush turns from its direction, radians. */
  readonly stray: number;
  /** Share of the pass's touches, 0 to 1: few leave the broad ones to see. */
  readonly share: number;
}

/** What lies at a place, given in picture units. */
export function sample(x: number, y: number): Sample {
  const edge = 7 * leaves(x / 17, y / 17);
  if (y + edge > bank(x)) return meadow(x, y);
  if (x < 640 && y + 0.5 * edge > crown(x) && y < shore(x)) return cliff(x, y);
  return y > HORIZON ? sea(x, y) : sky(x, y);
}

/** Foot of the cliff, where the sea begins. */
function shore(x: number): number {
  return 470 - 0.09 * x + 6 * stone(x / 40, 2);
}

function sky(x: number, y: number): Sample {
  const cloud = fractal(clouds, x / 300 + 2, y / 110, 4);
  const tone = 0.4 + 1.0 * cloud + 0.2 * smoothstep(60, HORIZON, y);
  const drift = 0.9 * clouds(x / 190 + 8, y / 120 + 3);
  return { tones: SKY, tone, angle: -0.25 + drift, width: 1.15, length: 1.1, stray: 0.35, share: 0.7 };
}

function sea(x: number, y: number): Sample {
  const depth = (y - HORIZON) / 330;
  const swell = fractal(ripples, x / (90 + 90 * depth), y / (9 + 22 * depth), 3);
  const glitter = Math.exp(-(((x - 800) / 130) ** 2)) * (0.12 + 0.3 * depth);
  const shadow = x < 700 ? 0.22 * smoothstep(700, 560, x) : 0;
  const tone = 0.3 + 0.28 * depth + 0.55 * swell + glitter - shadow;
  const angle = 0.16 * ripples(x / 60, y / 25 + 4);
  return { tones: SEA, tone, angle, width: 0.75, length: 1.2, stray: 0.14, share: 1 };
}

function cliff(x: number, y: number): Sample {
  const top = crown(x);
  const below = y - top;
  const turf = 16 + 12 * stone(x / 50, 8);
  if (below < turf && x < 500) {
    const tone = 0.72 - 0.012 * below + 0.3 * leaves(x / 26, y / 18);
    return { tones: MEADOW, tone, angle: 0.3, width: 0.75, length: 0.8, stray: 0.6, share: 1 };
  }
  const buttress = stone(x / 75 + 0.25 * stone(x / 90, y / 90), y / 420);
  const ledge = fractal(stone, x / 120 + 5, y / 26, 3);
  const gully = stone(x / 34 + 3, y / 150 + 8);
  const tone = 0.56 + 0.75 * buttress + 0.3 * ledge + 0.25 * gully -
    0.2 * smoothstep(330, 470, y);
  const angle = 1.45 + 0.5 * buttress + 0.9 * ledge;
  return { tones: ROCK, tone, angle, width: 1, length: 0.9, stray: 0.3, share: 0.9 };
}

function meadow(x: number, y: number): Sample {
  const clump = fractal(leaves, x / 115, y / 80, 3);
  const tuft = leaves(x / 30 + 3, y / 22);
  const crest = smoothstep(70, 0, y - bank(x));
  const tone = 0.42 + 0.85 * clump + 0.2 * tuft + 0.2 * crest;
  const angle = -1.25 + 1.1 * leaves(x / 70 + 7, y / 70) + 0.5 * tuft;
  return { tones: MEADOW, tone, angle, width: 1, length: 0.7, stray: 0.75, share: 1 };
}
