/**
 * Clips whose motion is known, or found, and what flickers in a painting of them.
 *
 * @module
 */
import type { Picture, Size } from "../pictures/picture.ts";
import { loadPicture } from "../pictures/read_picture.ts";
import { cropOf } from "../painters/crop.ts";
import { consistency, type Flow, opticalFlow, warp } from "../video/flow/mod.ts";
import { openFilm } from "../video/reading/mod.ts";

/** Frames, and for each one behind the first where its pixels were in the frame before. */
export interface Clip {
  readonly name: string;
  readonly frames: readonly Picture[];
  readonly backs: readonly Back[];
}

/** The motion from a frame back to the one before it. */
interface Back {
  readonly flow: Flow;
  /** 1 where a pixel is seen in both [height, width]. */
  readonly seen: Float32Array;
}

/**
 * √ of the mean of (x(t) − W x(t−1))² over the pixels that are seen in both frames, levels in 0..1.
 *
 * @param pictures By their frames; some may be missing.
 */
export function flickerOf(pictures: ReadonlyMap<number, Picture>, { backs }: Clip): number {
  let [sum, count] = [0, 0];
  for (const [t, { data }] of pictures) {
    const earlier = pictures.get(t - 1);
    if (!earlier) continue;
    const { flow, seen } = backs[t - 1];
    const before = warp(earlier, flow).data;
    for (let i = 0; i < before.length; i++) {
      if (seen[i % seen.length] !== 1) continue;
      sum += ((data[i] - before[i]) / 255) ** 2;
      count++;
    }
  }
  return Math.sqrt(sum / count);
}

/** The mean level of a picture. */
export function brightness({ data }: Picture): number {
  return data.reduce((sum, level) => sum + level, 0) / data.length;
}

/** One frame again and again: nothing moves. */
export async function stillClip(size: Size, count: number): Promise<Clip> {
  const frame = await example("harbour.jpg", size);
  const area = size.width * size.height;
  const flow = { ...size, x: new Float32Array(area), y: new Float32Array(area) };
  const back = { flow, seen: new Float32Array(area).fill(1) };
  return {
    name: "a still",
    frames: Array<Picture>(count).fill(frame),
    backs: Array<Back>(count - 1).fill(back),
  };
}

/** A photograph that pans, turns, grows and waves behind an ellipse of another one: its motion is known. */
export async function madeClip(size: Size, count: number): Promise<Clip> {
  const { width, height } = size;
  const margin = Math.ceil(width / 5);
  const around = { width: width + 2 * margin, height: height + 2 * margin };
  const [behind, before] = [await example("harbour.jpg", around), await example("valley.jpg", size)];
  const unit = width / 512;
  /** Where the background of a pixel of frame t lies in the photograph. */
  const place = (x: number, y: number, t: number): readonly [x: number, y: number] => {
    const [fromX, fromY] = [x - width / 2, y - height / 2];
    const [turn, growth, wave] = [0.002 * t, 1 + 0.002 * t, 6 * unit * Math.sin(t / 9)];
    return [
      growth * (Math.cos(turn) * fromX - Math.sin(turn) * fromY) + width / 2 + margin + 1.6 * unit * t +
      wave * Math.sin(2 * Math.PI * y / (200 * unit)),
      growth * (Math.sin(turn) * fromX + Math.cos(turn) * fromY) + height / 2 + margin +
      0.8 * wave * Math.cos(2 * Math.PI * x / (260 * unit)),
    ];
  };
  /** Where the middle of the ellipse is in frame t. */
  const middle = (t: number) => [width * (0.3 + 0.4 * t / count), height * (0.5 + 0.15 * Math.sin(t / 7))] as const;
  const covers = (x: number, y: number, t: number) => {
    const [centreX, centreY] = middle(t);
    return Math.hypot((x - centreX) / (0.16 * width), (y - centreY) / (0.2 * height)) < 1;
  };
  const frameAt = (t: number): Picture => {
    const [flow, mask] = [blank(size), new Float32Array(width * height)];
    const object = blank(size);
    const [centreX, centreY] = middle(t);
    for (let y = 0, i = 0; y < height; y++) {
      for (let x = 0; x < width; x++, i++) {
        const [placeX, placeY] = place(x, y, t);
        [flow.x[i], flow.y[i]] = [placeX - x, placeY - y];
        [object.x[i], object.y[i]] = [width / 2 - centreX, height / 2 - centreY];
        mask[i] = Number(covers(x, y, t));
      }
    }
    const [under, over] = [warpInto(behind, flow), warp(before, object)];
    return { ...size, data: under.map((level, i) => mask[i % mask.length] === 1 ? over.data[i] : level) };
  };
  const backOf = (t: number): Back => {
    const [flow, seen] = [blank(size), new Float32Array(width * height)];
    const [nowX, nowY] = middle(t);
    const [thenX, thenY] = middle(t - 1);
    for (let y = 0, i = 0; y < height; y++) {
      for (let x = 0; x < width; x++, i++) {
        const isObject = covers(x, y, t);
        let [wasX, wasY] = [x + thenX - nowX, y + thenY - nowY];
        if (!isObject) {
          // The photograph's place at t, sought in frame t − 1: the two differ by little, and so each step comes nearer.
          const [placeX, placeY] = place(x, y, t);
          [wasX, wasY] = [x, y];
          for (let k = 0; k < 40; k++) {
            const [atX, atY] = place(wasX, wasY, t - 1);
            [wasX, wasY] = [wasX + placeX - atX, wasY + placeY - atY];
          }
        }
        [flow.x[i], flow.y[i]] = [wasX - x, wasY - y];
        const inside = wasX >= 0 && wasY >= 0 && wasX <= width - 1 && wasY <= height - 1;
        // The four pixels that a warp mixes have to show the same thing.
        const corners = [[0, 0], [1, 0], [0, 1], [1, 1]] as const;
        const same = corners.every(([right, down]) =>
          covers(Math.floor(wasX) + right, Math.floor(wasY) + down, t - 1) === isObject
        );
        seen[i] = Number(inside && same);
      }
    }
    return { flow, seen };
  };
  return {
    name: "synthetic",
    frames: Array.from({ length: count }, (_, t) => frameAt(t)),
    backs: Array.from({ length: count - 1 }, (_, i) => backOf(i + 1)),
  };
}

/** The first frames of a film at a width; the motion is what our own flow finds, with refinement. */
export async function filmedClip(path: string, width: number, count: number): Promise<Clip> {
  const source = await openFilm(path, { rate: [25, 1], pixelLimit: 1e8 });
  const size = { width, height: 2 * Math.round(width * source.size.height / source.size.width / 2) };
  const frames: Picture[] = [];
  for await (const { width, height, data } of source.frames(0, size)) {
    if (frames.push({ width, height, data }) === count) break;
  }
  const backs = frames.slice(1).map((now, i) => {
    const [flow, forth] = [
      opticalFlow(now, frames[i], { refinement: 3 }),
      opticalFlow(frames[i], now, { refinement: 3 }),
    ];
    return { flow, seen: consistency(forth, flow) };
  });
  return { name: path.replace(/^.*\//, ""), frames, backs };
}

function blank(size: Size): Flow {
  const area = size.width * size.height;
  return { ...size, x: new Float32Array(area), y: new Float32Array(area) };
}

/** Takes pixels of a picture from where a smaller flow says; bilinear. */
function warpInto(picture: Picture, flow: Flow): Float32Array {
  const whole = blank(picture);
  for (let y = 0; y < flow.height; y++) {
    const row = flow.x.subarray(y * flow.width, (y + 1) * flow.width);
    whole.x.set(row, y * picture.width);
    whole.y.set(flow.y.subarray(y * flow.width, (y + 1) * flow.width), y * picture.width);
  }
  return cropOf(warp(picture, whole), { ...flow, left: 0, top: 0 });
}

async function example(name: string, size: Size): Promise<Picture> {
  const file = await loadPicture(new URL(`../examples/${name}`, import.meta.url).href);
  return await file.pixels(size);
}
