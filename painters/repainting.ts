/**
 * Repaints a photograph with a painter, whatever its size. A small one goes through at once, normalised by its own
 * statistics. A large one is normalised by the statistics of crops spread over it: the painter is then a local network,
 * and goes over it window by window with the same result for any windows.
 *
 * @module
 */
import { giveBack } from "../base/memory.ts";
import type { Engine } from "../engines/engine.ts";
import { constant, type Graph, input, type Node, type Shape } from "../graph/mod.ts";
import { constantParameters } from "../networks/describing.ts";
import { grainOf } from "../networks/grain.ts";
import {
  byItself,
  type Normalising,
  type Painter,
  type PainterArchitecture,
  painterGraph,
  type PainterStyle,
  reachOf,
  strideOf,
  styleOfPlaces,
  styleOfRow,
  takesAnySize,
  together,
} from "../networks/painter.ts";
import { averaged } from "../pictures/plane.ts";
import type { Picture, Region, Size } from "../pictures/picture.ts";
import type { Place } from "./choose_rows.ts";
import { cropOf } from "./crop.ts";

/** How a photograph goes through a painter. */
interface Way {
  /** The most pixels that go through at once: a million takes some 300 MB. */
  readonly wholePixels?: number;
  /** The most pixels of a window of a larger picture, unless the painter looks too far for any so small. */
  readonly windowPixels?: number;
}

/** How it goes unless something else is asked for. */
const usualWay = { wholePixels: 2 ** 20, windowPixels: 950_000 } as const satisfies Way;

/** The crops whose statistics normalise a larger picture: so many rows and columns of them, and their side. */
const [cropRows, cropSide] = [4, 256];

/** A window of a picture, and the part of it that is kept. */
interface Window {
  readonly left: number;
  readonly top: number;
  readonly keep: { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number };
}

/** A painter at work on photographs of one size, normalised by the same statistics: the frames of a shot. */
export interface Painting extends AsyncDisposable {
  /** The painter's picture of a photograph, in RGB of 0..255, not clamped. */
  paint(photograph: Picture, how?: Manner): Promise<Picture>;
}

/** How a picture is painted. */
interface Manner {
  /** Ends it early. */
  readonly signal?: AbortSignal;
  /** Whether a large picture may take the memory of its photograph, which is lost. */
  readonly inPlace?: boolean;
}

/**
 * The painter's picture of a photograph, in RGB of 0..255, not clamped.
 *
 * @param places Its styles.
 */
export async function repainted(
  painter: Painter,
  photograph: Picture,
  places: readonly Place[],
  engine: Engine,
  { signal, inPlace, ...way }: Way & Manner = {},
): Promise<Picture> {
  const { architecture } = painter;
  const { wholePixels } = { ...usualWay, ...way };
  if (areaIn(architecture, photograph) > wholePixels) {
    await using painting = await openPainting(painter, photograph, places, engine, way);
    return await painting.paint(photograph, { signal, inPlace });
  }
  await using painting = await openAlone(painter, photograph, places, engine, byItself);
  return await painting.paint(photograph);
}

/**
 * Gets ready to paint photographs of one size that are all normalised by the statistics of the first: what does not
 * move in a film stays as it is.
 *
 * @param first The photograph whose statistics are taken.
 * @param places The styles.
 */
export async function openPainting(
  painter: Painter,
  first: Picture,
  places: readonly Place[],
  engine: Engine,
  way: Way = {},
): Promise<Painting> {
  const { architecture } = painter;
  const { wholePixels, windowPixels } = { ...usualWay, ...way };
  const stride = strideOf(architecture);
  const { width, height } = first;
  const size = { width: roundedUp(width, stride), height: roundedUp(height, stride) };
  const small = areaIn(architecture, first) <= wholePixels;
  const whole = [{ ...seenSize(painter, first, places), left: 0, top: 0 }];
  const statistics = await statisticsOf(painter, first, places, engine, small ? whole : cropsOver(first, architecture));
  const given: Normalising = (step) => statistics.get(step)!;
  if (small) return await openAlone(painter, first, places, engine, given);

  const masksAt = maskedBy(places, first);
  const { window, rows } = windowsOver(size, first, architecture, windowPixels);
  const program = await engine.compile(graphOf(painter, places, window, 1, given));
  return {
    async paint(photograph, { signal, inPlace = false } = {}) {
      const data = inPlace ? photograph.data : new Float32Array(3 * width * height);
      let kept: KeptRows | undefined;
      for (const [i, row] of rows.entries()) {
        const next = inPlace ? rows[i + 1] : undefined;
        const below = next && keptRows(photograph, next[0].top, row[0].keep.bottom, kept);
        // What the windows to the right are still to see is not painted over yet.
        const waiting: { readonly picture: Float32Array; readonly place: Window }[] = [];
        for (const [column, place] of row.entries()) {
          signal?.throwIfAborted();
          const region = { ...window, left: place.left, top: place.top };
          const photographs = grained(originalOf(photograph, region, kept), region, architecture);
          const { picture } = await program.run({ photographs, ...masksAt(region) });
          giveBack(photographs);
          waiting.push({ picture, place });
          const seen = row[column + 1]?.left ?? width;
          while (waiting.length > 0 && waiting[0].place.keep.right <= seen) {
            const { picture, place } = waiting.shift()!;
            paste(picture, window, place, data, photograph);
            giveBack(picture);
          }
        }
        kept = below;
      }
      return { width, height, data };
    },
    [Symbol.asyncDispose]: () => program[Symbol.asyncDispose](),
  };
}

/** Gets ready to paint photographs that go through as a whole. */
async function openAlone(
  painter: Painter,
  { width, height }: Size,
  places: readonly Place[],
  engine: Engine,
  normalising: Normalising,
): Promise<Painting> {
  const stride = strideOf(painter.architecture);
  const size = { width: roundedUp(width, stride), height: roundedUp(height, stride) };
  const region = { ...seenSize(painter, { width, height }, places), left: 0, top: 0 };
  const masks = maskedBy(places, { width, height })(region);
  const program = await engine.compile(graphOf(painter, places, region, 1, normalising));
  const keep = { left: 0, top: 0, right: width, bottom: height };
  return {
    async paint(photograph) {
      const photographs = grained(cropOf(photograph, region), region, painter.architecture);
      const { picture } = await program.run({ photographs, ...masks });
      const data = new Float32Array(3 * width * height);
      paste(picture, size, { left: 0, top: 0, keep }, data, photograph);
      return { width, height, data };
    },
    [Symbol.asyncDispose]: () => program[Symbol.asyncDispose](),
  };
}

/** The pixels that a photograph has once its sides are multiples of the stride. */
function areaIn(architecture: PainterArchitecture, { width, height }: Size): number {
  const stride = strideOf(architecture);
  return roundedUp(width, stride) * roundedUp(height, stride);
}

/** The size at which a photograph goes through as a whole. */
function seenSize({ architecture }: Painter, { width, height }: Size, places: readonly Place[]): Size {
  const stride = strideOf(architecture);
  if (places.length === 1 && takesAnySize(architecture) && Math.min(width, height) >= 2 * stride) {
    return { width, height };
  }
  return { width: roundedUp(width, stride), height: roundedUp(height, stride) };
}

/**
 * A function that gives the masks of places for a part of a picture. What none of them has goes to the first: a row
 * that fades away there would change the statistics of the whole.
 */
function maskedBy(places: readonly Place[], picture: Size): (region: Region) => Record<string, Float32Array> {
  const masks = places.map(({ where }) => where && averaged(where, picture).data.slice());
  const [first, ...others] = masks.filter((mask) => mask !== undefined);
  first?.forEach((share, i) => {
    const rest = others.reduce((sum, mask) => sum + mask[i], 0);
    if (share + rest === 0) first[i] = 1;
    else for (const mask of [first, ...others]) mask[i] /= share + rest;
  });
  return (region) =>
    Object.fromEntries(
      masks.flatMap((mask, i) => mask ? [[`where ${i}`, cropOf({ ...picture, data: mask }, region, 1)]] : []),
    );
}

/** The graph of a painter for photographs of a size; places with a mask are an input of their own. */
function graphOf(
  { architecture, kernels }: Painter,
  places: readonly Place[],
  { width, height }: Size,
  count: number,
  normalising: Normalising,
): Graph {
  const photographs = input("photographs", [count, 3, height, width]);
  const row = ({ row }: Place) => constant(row, [row.length]);
  const style: PainterStyle = places.length === 1 ? styleOfRow(architecture, row(places[0])) : styleOfPlaces(
    architecture,
    places.map((place, i) => ({ row: row(place), where: input(`where ${i}`, [count, 1, height, width]) })),
  );
  return {
    outputs: { picture: painterGraph(architecture, constantParameters(kernels), style, photographs, normalising) },
  };
}

/** The planes of a part of a photograph as the painter sees them, in their own memory. */
function grained(planes: Float32Array, region: Region, { grain }: PainterArchitecture): Float32Array {
  if (!grain) return planes;
  const noise = grainOf(region);
  for (let from = 0; from < planes.length; from += noise.length) {
    for (let i = 0; i < noise.length; i++) planes[from + i] += noise[i];
  }
  giveBack(noise);
  return planes;
}

/** Crops that lie evenly in a picture. */
function cropsOver({ width, height }: Size, architecture: PainterArchitecture): Region[] {
  const side = (length: number) => Math.min(cropSide, roundedUp(length, strideOf(architecture)));
  const crop = { width: side(width), height: side(height) };
  const spread = (length: number, side: number, index: number) =>
    Math.round(Math.max(0, length - side) * index / (cropRows - 1));
  return Array.from({ length: cropRows ** 2 }, (_, i) => ({
    ...crop,
    left: spread(width, crop.width, i % cropRows),
    top: spread(height, crop.height, Math.floor(i / cropRows)),
  }));
}

/**
 * The statistics of each step over parts of a picture.
 *
 * @param regions Of one size.
 */
async function statisticsOf(
  painter: Painter,
  photograph: Picture,
  places: readonly Place[],
  engine: Engine,
  regions: readonly Region[],
): Promise<Map<string, { mean: Node; inverse: Node }>> {
  const seen: Record<string, Node> = {};
  const noted: Normalising = (step, values, epsilon) => {
    const statistics = together(step, values, epsilon);
    seen[`mean ${step}`] = statistics.mean;
    seen[`inverse ${step}`] = statistics.inverse;
    return statistics;
  };
  graphOf(painter, places, regions[0], regions.length, noted);
  await using program = await engine.compile({ outputs: seen });
  const stacked = (parts: readonly Float32Array[]) => {
    const data = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
    parts.reduce((at, part) => (data.set(part, at), at + part.length), 0);
    return data;
  };
  const masks = regions.map(maskedBy(places, photograph));
  const results = await program.run({
    photographs: stacked(regions.map((region) => grained(cropOf(photograph, region), region, painter.architecture))),
    ...Object.fromEntries(Object.keys(masks[0]).map((key) => [key, stacked(masks.map((mask) => mask[key]))])),
  });
  const node = (key: string): Node => constant(results[key], seen[key].shape as Shape);
  return new Map(
    painter.architecture.steps.map((
      { name },
    ) => [name, { mean: node(`mean ${name}`), inverse: node(`inverse ${name}`) }]),
  );
}

/**
 * Windows of one size that cover a picture; each keeps what lies far enough from its inner borders. For each number of
 * columns there are as few rows as can be, and of these layouts the one with the fewest pixels in all is taken.
 *
 * @param size That of the picture in multiples of the stride.
 * @param whole That of the picture.
 */
function windowsOver(
  size: Size,
  whole: Size,
  architecture: PainterArchitecture,
  mostPixels: number,
): { readonly window: Size; readonly rows: readonly (readonly Window[])[] } {
  const [stride, reach] = [strideOf(architecture), reachOf(architecture)];
  /** The sides of so many windows in a row, from one to as many as can be. */
  const sidesIn = (length: number) => {
    const inner = length - 2 * reach;
    const most = Math.max(1, Math.ceil(inner / stride));
    return Array.from({ length: most }, (_, i) => i === 0 ? length : roundedUp(inner / (i + 1), stride) + 2 * reach);
  };
  const [widths, heights] = [sidesIn(size.width), sidesIn(size.height)];
  // A painter that looks farther than a window may be large sees the smallest ones.
  const enough = Math.max(mostPixels, widths.at(-1)! * heights.at(-1)!);
  const layouts = widths.flatMap((width, column) => {
    const row = heights.findIndex((height) => width * height <= enough);
    const height = heights[row];
    return row < 0 ? [] : [{ width, height, pixels: (column + 1) * (row + 1) * width * height }];
  });
  const { width, height } = layouts.reduce((best, layout) => layout.pixels < best.pixels ? layout : best);
  const along = (length: number, side: number, end: number) => {
    const inner = side - 2 * reach;
    const count = length <= side ? 1 : Math.ceil((length - 2 * reach) / inner);
    return Array.from({ length: count }, (_, i) => ({
      at: Math.min(i * inner, length - side),
      from: i === 0 ? 0 : i * inner + reach,
      to: i === count - 1 ? end : Math.min(end, (i + 1) * inner + reach),
    }));
  };
  const columns = along(size.width, width, whole.width);
  const rows = along(size.height, height, whole.height).map((row) =>
    columns.map((column) => ({
      left: column.at,
      top: row.at,
      keep: { left: column.from, top: row.from, right: column.to, bottom: row.to },
    }))
  );
  return { window: { width, height }, rows };
}

/** Rows of a photograph that is painted over. */
interface KeptRows extends Picture {
  readonly top: number;
}

/** Keeps rows of a photograph before they are painted over. */
function keptRows(photograph: Picture, top: number, bottom: number, kept: KeptRows | undefined): KeptRows {
  const region = { left: 0, top, width: photograph.width, height: bottom - top };
  return { ...region, data: originalOf(photograph, region, kept) };
}

/** A part of a photograph as it was, if the rows that are painted over are kept. */
function originalOf(photograph: Picture, region: Region, kept?: KeptRows): Float32Array {
  const part = cropOf(photograph, region);
  if (!kept) return part;
  const height = Math.max(0, kept.top + kept.height - region.top);
  const rows = cropOf(kept, { ...region, top: region.top - kept.top, height });
  const length = height * region.width;
  for (let plane = 0; plane < 3; plane++) {
    part.set(rows.subarray(plane * length, (plane + 1) * length), plane * region.height * region.width);
  }
  return part;
}

/** Copies what a window keeps into the planes of a picture. */
function paste(from: Float32Array, window: Size, { left, top, keep }: Window, into: Float32Array, whole: Size): void {
  for (let plane = 0; plane < 3; plane++) {
    for (let y = keep.top; y < keep.bottom; y++) {
      const start = (plane * window.height + y - top) * window.width;
      const row = from.subarray(start + keep.left - left, start + keep.right - left);
      into.set(row, (plane * whole.height + y) * whole.width + keep.left);
    }
  }
}

/** A length as a multiple of the stride, and two of them at the least: a single one cannot be mirrored. */
function roundedUp(length: number, stride: number): number {
  return Math.max(2, Math.ceil(length / stride)) * stride;
}
