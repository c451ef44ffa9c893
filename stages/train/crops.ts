import { fitted, longerSide, type Size } from "../../pictures/picture.ts";
import type { PictureFile } from "../../pictures/read_picture.ts";
import type { Batch } from "./program.ts";

/** A photograph at one size, in levels of a byte: many are held at once. */
interface Sheet extends Size {
  readonly data: Uint8Array;
}

/** Longer sides at which crops are taken: about the sizes that people paint at. */
const sides = [400, 560, 800];

/** The side of the largest crops, which have to fit, and the longest side to which a narrow photograph grows for that. */
const [largestCrop, longest] = [256, 1024];

/** Share of crops that are smooth, as skies are: photographs alone have too few of them. */
const smoothShare = 0.15;

/** Photographs from which crops are taken. */
export interface Crops {
  /** Random crops [B, 3, side, side], RGB of 0..255, some of them mirrored; a side is 256 at most. */
  batch(batch: Batch, random: () => number): Float32Array;
}

/** Reads photographs at several sizes, one after another. */
export async function openCrops(
  photographs: Iterable<PictureFile> | AsyncIterable<PictureFile>,
): Promise<Crops> {
  const sheets: Sheet[] = [];
  for await (const { size, pixels } of photographs) {
    for (const sheet of sizesOf(size)) {
      const { width, height, data } = await pixels(sheet);
      sheets.push({ width, height, data: Uint8Array.from(data, (level) => Math.min(255, Math.max(0, level + 0.5))) });
    }
  }
  return {
    batch({ side, count }, random) {
      const batch = new Float32Array(count * 3 * side * side);
      for (let i = 0; i < count; i++) {
        const crop = batch.subarray(i * 3 * side * side, (i + 1) * 3 * side * side);
        if (random() < smoothShare) fillSmooth(crop, side, random);
        else fillFrom(sheets[Math.floor(random() * sheets.length)], crop, side, random);
      }
      return batch;
    },
  };
}

/** Only what is too small, or very narrow, is enlarged. */
function sizesOf(size: Size): Size[] {
  const longer = longerSide(size);
  const least = Math.min(longest, Math.ceil(largestCrop * longer / Math.min(size.width, size.height)));
  const fitting = [...new Set(sides.map((side) => Math.max(side, least)))];
  return fitting.filter((side, i) => i === 0 || side <= longer).map((side) => {
    const { width, height } = fitted(size, side);
    return { width: Math.max(largestCrop, width), height: Math.max(largestCrop, height) };
  });
}

function fillFrom({ width, height, data }: Sheet, crop: Float32Array, side: number, random: () => number): void {
  const left = Math.floor(random() * (width - side + 1));
  const top = Math.floor(random() * (height - side + 1));
  const mirrored = random() < 0.5;
  for (let plane = 0; plane < 3; plane++) {
    for (let y = 0; y < side; y++) {
      const from = (plane * height + top + y) * width + left;
      const to = (plane * side + y) * side;
      for (let x = 0; x < side; x++) crop[to + x] = data[from + (mirrored ? side - 1 - x : x)];
    }
  }
}

/** A colour that changes slowly from corner to corner, with a little noise. */
function fillSmooth(crop: Float32Array, side: number, random: () => number): void {
  const base = [random() * 255, random() * 255, random() * 255];
  const spread = 120 * random() ** 2;
  const noise = 6 * random() ** 2;
  for (let plane = 0; plane < 3; plane++) {
    const [a, b, c, d] = Array.from({ length: 4 }, () => base[plane] + spread * (random() * 2 - 1));
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        const [u, v] = [x / side, y / side];
        const level = (1 - v) * ((1 - u) * a + u * b) + v * ((1 - u) * c + u * d) + noise * (random() * 2 - 1);
        crop[(plane * side + y) * side + x] = Math.min(255, Math.max(0, level));
      }
    }
  }
}
