/**
 * Repaints a photograph with a painter, whatever its size. A small one goes through at once, normalised by its own
 * statistics. A large one is normalised by the statistics of crops spread over it: the painter is then a local network,
 * and goes over it window by window with the same result for any windows.
 *
 * @module
 */
import type { Engine } from "../engines/engine.ts";
import { constant, type Graph, input, type Node, type Shape } from "../graph/mod.ts";
import { constantParameters } from "../networks/describing.ts";
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
import { averaged, type Plane } from "../pictures/plane.ts";
import type { Picture, Size } from "../pictures/picture.ts";
import type { Place } from "./choose_rows.ts";
import { cropOf } from "./crop.ts";

/** How a photograph goes through a painter. */
interface Way {
  /** Stops between two windows. */
  readonly signal?: AbortSignal;
  /** The most pixels that go through at once: a million takes some 400 MB. */
  readonly wholePixels?: number;
  /** The side of a window of a larger picture: a multiple of the painter's stride, more than twice the reach. */
  readonly windowSide?: number;
}

/** The crops whose statistics normalise a larger picture: so many rows and columns of them, and their side. */
const [cropRows, cropSide] = [4, 256];

/** A window of a picture, and the part of it that is kept. */
interface Window {
  readonly left: number;
  readonly top: number;
  readonly keep: { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number };
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
  { signal, wholePixels = 2 ** 20, windowSide = 1024 }: Way = {},
): Promise<Picture> {
  const stride = strideOf(painter.architecture);
  const { width, height } = photograph;
  const size = { width: roundedUp(width, stride), height: roundedUp(height, stride) };
  const at = (region: Size & { readonly left: number; readonly top: number }) => cropOf(photograph, region);
  const masks = places.map(({ where }) => where && averaged(where, photograph));
  const masksAt = (region: Size & { readonly left: number; readonly top: number }) =>
    Object.fromEntries(
      masks.flatMap((mask, i) => mask ? [[`where ${i}`, cropOf(mask, region, 1)]] : []),
    );
  const data = new Float32Array(3 * width * height);

  if (size.width * size.height <= wholePixels) {
    const seen = places.length === 1 && takesAnySize(painter.architecture) ? { width, height } : size;
    const region = { ...seen, left: 0, top: 0 };
    await using program = await engine.compile(graphOf(painter, places, seen, 1, byItself));
    const { picture } = await program.run({ photographs: at(region), ...masksAt(region) });
    paste(
      picture,
      size,
      { left: 0, top: 0, keep: { left: 0, top: 0, right: width, bottom: height } },
      data,
      photograph,
    );
    return { width, height, data };
  }

  const statistics = await statisticsOf(painter, photograph, places, masks, engine);
  const given: Normalising = (step) => statistics.get(step)!;
  const window = { width: Math.min(windowSide, size.width), height: Math.min(windowSide, size.height) };
  await using program = await engine.compile(graphOf(painter, places, window, 1, given));
  for (const place of windowsOver(size, window, photograph, painter.architecture)) {
    signal?.throwIfAborted();
    const region = { ...window, left: place.left, top: place.top };
    const { picture } = await program.run({ photographs: at(region), ...masksAt(region) });
    paste(picture, window, place, data, photograph);
  }
  return { width, height, data };
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

/** The statistics of each step over crops that lie evenly in a picture. */
async function statisticsOf(
  painter: Painter,
  photograph: Picture,
  places: readonly Place[],
  masks: readonly (Plane | undefined)[],
  engine: Engine,
): Promise<Map<string, { mean: Node; inverse: Node }>> {
  const { width, height } = photograph;
  const side = (length: number) => Math.min(cropSide, roundedUp(length, strideOf(painter.architecture)));
  const crop = { width: side(width), height: side(height) };
  const spread = (length: number, side: number, index: number) =>
    Math.round(Math.max(0, length - side) * index / (cropRows - 1));
  const regions = Array.from({ length: cropRows ** 2 }, (_, i) => ({
    ...crop,
    left: spread(width, crop.width, i % cropRows),
    top: spread(height, crop.height, Math.floor(i / cropRows)),
  }));
  const seen: Record<string, Node> = {};
  const noted: Normalising = (step, values, epsilon) => {
    const statistics = together(step, values, epsilon);
    seen[`mean ${step}`] = statistics.mean;
    seen[`inverse ${step}`] = statistics.inverse;
    return statistics;
  };
  graphOf(painter, places, crop, regions.length, noted);
  await using program = await engine.compile({ outputs: seen });
  const stacked = (parts: readonly Float32Array[]) => {
    const data = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
    parts.reduce((at, part) => (data.set(part, at), at + part.length), 0);
    return data;
  };
  const results = await program.run({
    photographs: stacked(regions.map((region) => cropOf(photograph, region))),
    ...Object.fromEntries(
      masks.flatMap((mask, i) =>
        mask ? [[`where ${i}`, stacked(regions.map((region) => cropOf(mask, region, 1)))]] : []
      ),
    ),
  });
  const node = (key: string): Node => constant(results[key], seen[key].shape as Shape);
  return new Map(
    painter.architecture.steps.map((
      { name },
    ) => [name, { mean: node(`mean ${name}`), inverse: node(`inverse ${name}`) }]),
  );
}

/** Windows that cover a picture; each keeps what lies far enough from its inner borders. */
function windowsOver(size: Size, window: Size, whole: Size, architecture: PainterArchitecture): Window[] {
  const [stride, reach] = [strideOf(architecture), reachOf(architecture)];
  const along = (length: number, side: number, end: number) => {
    const inner = Math.max(stride, side - 2 * reach);
    const count = length <= side ? 1 : Math.ceil((length - 2 * reach) / inner);
    return Array.from({ length: count }, (_, i) => ({
      at: Math.min(i * inner, length - side),
      from: i === 0 ? 0 : i * inner + reach,
      to: i === count - 1 ? end : Math.min(end, (i + 1) * inner + reach),
    }));
  };
  const columns = along(size.width, window.width, whole.width);
  return along(size.height, window.height, whole.height).flatMap((row) =>
    columns.map((column) => ({
      left: column.at,
      top: row.at,
      keep: { left: column.from, top: row.from, right: column.to, bottom: row.to },
    }))
  );
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
