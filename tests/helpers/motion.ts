/**
 * Two frames whose motion is known: a background that turns, grows and waves, and an ellipse that moves across it.
 *
 * @module
 */
import { normalFrom, randomFrom } from "../../base/random.ts";
import type { Plane } from "../../pictures/plane.ts";
import type { Flow } from "../../video/flow/mod.ts";

/** The brightness at any place, 0..255. */
export type Texture = (x: number, y: number) => number;

/** What moves, and how far. */
export interface Motion {
  readonly width: number;
  readonly height: number;
  readonly background: Texture;
  readonly object: Texture;
  /** How far the background moves, in pixels, more or less. */
  readonly magnitude: number;
  /** How far the object moves, in pixels. */
  readonly move: readonly [x: number, y: number];
  /** Standard deviation of the grain, in levels; 2 unless given. */
  readonly noise?: number;
  /** By how much the second frame is brighter; 1 unless given. */
  readonly gain?: number;
}

/** Two frames with what is true of them. */
export interface MovedPair {
  readonly first: Plane;
  readonly second: Plane;
  readonly forward: Flow;
  readonly backward: Flow;
  /** 1 where a pixel of the first frame is not to be found in the second [height, width]. */
  readonly occluded: Uint8Array;
  /** 1 where a pixel of the second frame is not to be found in the first [height, width]. */
  readonly disoccluded: Uint8Array;
}

/** A texture of random waves, the longer the stronger, as in photographs. */
export function waves(seed: number, { shortest = 5, longest = 80, count = 60 } = {}): Texture {
  const random = randomFrom(seed);
  const all = Array.from({ length: count }, () => {
    const length = shortest * (longest / shortest) ** random();
    const angle = 2 * Math.PI * random();
    const frequency = 2 * Math.PI / length;
    return {
      x: frequency * Math.cos(angle),
      y: frequency * Math.sin(angle),
      phase: 2 * Math.PI * random(),
      height: Math.sqrt(length),
    };
  });
  const scale = 45 / Math.sqrt(all.reduce((sum, { height }) => sum + height ** 2 / 2, 0));
  return (x, y) =>
    128 + scale * all.reduce((sum, wave) => sum + wave.height * Math.sin(wave.x * x + wave.y * y + wave.phase), 0);
}

/** Makes two frames of a motion; equal motions give equal frames. */
export function movedPair(motion: Motion): MovedPair {
  const { width, height, background, object, magnitude, move: [moveX, moveY], noise = 2, gain = 1 } = motion;
  const area = width * height;
  const turn = 0.008 * magnitude / 3;
  const growth = 1 + 0.01 * magnitude / 3;
  // Where the background of a pixel of the second frame is in the first.
  const back = (x: number, y: number): [x: number, y: number] => {
    const [fromX, fromY] = [x - width / 2, y - height / 2];
    return [
      (growth * Math.cos(turn) - 1) * fromX - growth * Math.sin(turn) * fromY +
      magnitude * (0.45 * Math.sin(2 * Math.PI * y / 200) + 0.2),
      growth * Math.sin(turn) * fromX + (growth * Math.cos(turn) - 1) * fromY +
      magnitude * 0.35 * Math.cos(2 * Math.PI * x / 260),
    ];
  };
  const forth = (x: number, y: number): [x: number, y: number] => {
    let [u, v] = [0, 0];
    for (let i = 0; i < 30; i++) {
      const [a, b] = back(x + u, y + v);
      [u, v] = [-a, -b];
    }
    return [u, v];
  };
  // The object is an ellipse in the first frame's middle.
  const [radiusX, radiusY] = [0.19 * width, 0.22 * height];
  const distance = (x: number, y: number) => Math.hypot((x - 0.48 * width) / radiusX, (y - 0.48 * height) / radiusY);
  const covers = (x: number, y: number) => distance(x, y) < 1;
  const opacity = (x: number, y: number) => Math.min(1, Math.max(0, 0.5 + (1 - distance(x, y)) * radiusY));
  const outside = (x: number, y: number) => x < 0 || y < 0 || x > width - 1 || y > height - 1;

  const planes = () => ({ width, height, x: new Float32Array(area), y: new Float32Array(area) });
  const [forward, backward] = [planes(), planes()];
  const [first, second] = [new Float32Array(area), new Float32Array(area)];
  const [occluded, disoccluded] = [new Uint8Array(area), new Uint8Array(area)];
  const [grainFirst, grainSecond] = [1, 2].map((seed) => normalFrom(randomFrom(seed)));
  const shown = (level: number, grain: () => number) => Math.min(255, Math.max(0, Math.round(level + noise * grain())));
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const over = opacity(x, y);
      first[i] = shown(over * object(x, y) + (1 - over) * background(x, y), grainFirst);
      const [fromX, fromY] = [x - moveX, y - moveY];
      const [u, v] = back(x, y);
      const overLater = opacity(fromX, fromY);
      const level = overLater * object(fromX, fromY) + (1 - overLater) * background(x + u, y + v);
      second[i] = shown(gain * level, grainSecond);

      const [here, later] = [covers(x, y), covers(fromX, fromY)];
      [forward.x[i], forward.y[i]] = here ? [moveX, moveY] : forth(x, y);
      [backward.x[i], backward.y[i]] = later ? [-moveX, -moveY] : [u, v];
      const [toX, toY] = [x + forward.x[i], y + forward.y[i]];
      occluded[i] = Number(outside(toX, toY) || !here && covers(toX - moveX, toY - moveY));
      const [wasX, wasY] = [x + backward.x[i], y + backward.y[i]];
      disoccluded[i] = Number(outside(wasX, wasY) || !later && covers(wasX, wasY));
    }
  }
  return {
    first: { width, height, data: first },
    second: { width, height, data: second },
    forward,
    backward,
    occluded,
    disoccluded,
  };
}

/** The mean distance of two flows in pixels, over the pixels that are seen in both frames. */
export function endPointError(found: Flow, truth: Flow, hidden: Uint8Array): number {
  let [sum, count] = [0, 0];
  for (let i = 0; i < hidden.length; i++) {
    if (hidden[i]) continue;
    sum += Math.hypot(found.x[i] - truth.x[i], found.y[i] - truth.y[i]);
    count++;
  }
  return sum / count;
}

/** How well a confidence finds what is hidden: the share of what it distrusts that is, and of that which it distrusts. */
export function findings(confidence: Float32Array, hidden: Uint8Array): { precision: number; recall: number } {
  let [both, distrusted, all] = [0, 0, 0];
  for (let i = 0; i < hidden.length; i++) {
    const distrust = confidence[i] < 0.5;
    both += Number(distrust && hidden[i] === 1);
    distrusted += Number(distrust);
    all += hidden[i];
  }
  return { precision: both / distrusted, recall: both / all };
}
