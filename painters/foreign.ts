import { messageOf, UserError } from "../base/errors.ts";
import type { Engine, Program } from "../engines/engine.ts";
import type { ForeignPainter } from "../networks/foreign_painter.ts";
import type { Picture, Region, Size } from "../pictures/picture.ts";
import { printable } from "../weights/array_file.ts";
import { cropOf } from "./crop.ts";

/** The most pixels that go through a network of any size at once, and the side of the windows of a larger picture. */
const [wholePixels, windowSide] = [2 * 1024 * 1024, 1024];

/** The part of a window's side over which it is blended with the next one. */
const blended = 0.25;

/** What a network's sides may have to be a multiple of, and the least by which a result is too large. */
const [usualMultiple, tooMuch] = [32, 64];

/** The greatest value of a picture with levels of 0..1, with room for what lies beyond white. */
const mostOfOne = 4;

/**
 * The picture that someone else's network makes of a photograph, in RGB of 0..255, not clamped. A network of any size
 * sees a small photograph as it is; else it goes window by window, and these are blended where they overlap.
 *
 * @throws {UserError} if the engine runs no such networks, or this one does not make a picture of a picture.
 */
export async function repaintedByModel(
  painter: ForeignPainter,
  photograph: Picture,
  engine: Engine,
  signal?: AbortSignal,
): Promise<Picture> {
  const { width, height } = photograph;
  const isLarge = width * height > wholePixels;
  const sideOf = (fixed: number | undefined, length: number) =>
    fixed ?? (isLarge ? Math.min(windowSide, length) : length);
  const window = { width: sideOf(painter.width, width), height: sideOf(painter.height, height) };
  const levels = painter.levels ?? await levelsOf(painter, engine);
  await using network = await openNetwork({ ...painter, levels }, photograph, window, engine);
  const columns = placesOver(width, window.width);
  const rows = placesOver(height, window.height);
  if (columns.length * rows.length === 1) {
    const picture = await network.paint({ ...window, left: 0, top: 0 });
    return { width, height, data: cropOf({ ...window, data: picture }, { left: 0, top: 0, width, height }) };
  }

  const data = new Float32Array(3 * width * height);
  const weights = new Float32Array(width * height);
  for (const top of rows) {
    for (const left of columns) {
      signal?.throwIfAborted();
      blend(await network.paint({ ...window, left, top }), { ...window, left, top }, data, weights, photograph);
    }
  }
  return { width, height, data: data.map((value, i) => value / weights[i % weights.length]) };
}

/** A network that is ready for windows of a size. */
interface Network extends AsyncDisposable {
  /** The planes of a window, of its own size, in levels of 0..255. */
  paint(region: Region): Promise<Float32Array>;
}

/** Makes a network ready. One of any size may take multiples of some number alone: then it sees a larger window. */
async function openNetwork(
  painter: ForeignPainter & { readonly levels: 1 | 255 },
  photograph: Picture,
  window: Size,
  engine: Engine,
): Promise<Network> {
  if (!engine.compileModel) {
    throw new UserError(`The engine ${engine.name} runs no networks in ONNX, such as ${painter.name}`, {
      hint: "take --engine onnx-cpu, or leave --engine out",
    });
  }
  const enlarged = (fixed: number | undefined, side: number) =>
    fixed ?? Math.ceil(side / usualMultiple) * usualMultiple;
  const larger = { width: enlarged(painter.width, window.width), height: enlarged(painter.height, window.height) };
  let seen = window;
  let program: Program | undefined;
  const { levels } = painter;
  const paint = async (region: Region): Promise<Float32Array> => {
    program ??= await engine.compileModel!(painter.model, seen);
    const planes = cropOf(photograph, { ...region, ...seen });
    const scaled = levels === 1 ? planes.map((level) => level / 255) : planes;
    const { picture, size: [height, width] } = await program.run({ picture: scaled });
    const isLarger = (made: number, asked: number) => made >= asked && made < asked + tooMuch;
    if (!isLarger(width, seen.width) || !isLarger(height, seen.height)) {
      throw new RangeError(`it makes ${width}×${height} pixels of ${seen.width}×${seen.height}`);
    }
    const { width: w, height: h } = region;
    const made = cropOf({ width, height, data: picture }, { left: 0, top: 0, width: w, height: h });
    return levels === 1 ? made.map((level) => level * 255) : made;
  };
  const close = async () => {
    await program?.[Symbol.asyncDispose]();
    program = undefined;
  };
  return {
    async paint(region) {
      try {
        return await paint(region);
      } catch (error) {
        const another = seen !== larger && (larger.width !== seen.width || larger.height !== seen.height);
        if (error instanceof RangeError || error instanceof UserError || !another) throw unfit(painter, error);
        await close().catch(() => {});
        seen = larger;
        return await paint(region).catch(() => {
          throw unfit(painter, error);
        });
      }
    },
    [Symbol.asyncDispose]: close,
  };
}

/** What levels a network has, told by what it makes of a small picture in which all of them occur. */
export async function levelsOf(painter: ForeignPainter, engine: Engine): Promise<1 | 255> {
  const size = { width: painter.width ?? 64, height: painter.height ?? 64 };
  const waves = Float32Array.from(
    { length: 3 * size.width * size.height },
    (_, i) => 127.5 * (1 + Math.sin(i * 0.37) * Math.cos(i / size.width)),
  );
  const { data } = await repaintedByModel({ ...painter, levels: 255 }, { ...size, data: waves }, engine);
  // Only a network of 0..1 paints so dark.
  return data.every((value) => Math.abs(value) <= mostOfOne) ? 1 : 255;
}

/** Where windows along a side begin: evenly, so that neighbours overlap enough. */
function placesOver(length: number, side: number): number[] {
  if (length <= side) return [0];
  const count = 1 + Math.ceil((length - side) / (side * (1 - blended)));
  return Array.from({ length: count }, (_, i) => Math.round(i * (length - side) / (count - 1)));
}

/** Adds a window to planes; towards its borders it counts less. */
function blend(from: Float32Array, window: Region, data: Float32Array, weights: Float32Array, whole: Size): void {
  const ramp = (i: number, side: number) => Math.min(1, (Math.min(i, side - 1 - i) + 0.5) / (blended * side));
  for (let y = 0; y < Math.min(window.height, whole.height - window.top); y++) {
    for (let x = 0; x < Math.min(window.width, whole.width - window.left); x++) {
      const weight = ramp(x, window.width) * ramp(y, window.height);
      const to = (window.top + y) * whole.width + window.left + x;
      weights[to] += weight;
      for (let plane = 0; plane < 3; plane++) {
        data[plane * whole.width * whole.height + to] += weight *
          from[(plane * window.height + y) * window.width + x];
      }
    }
  }
}

function unfit({ name }: ForeignPainter, error: unknown): unknown {
  if (error instanceof UserError) return error;
  // ONNX Runtime names the place in its own source first.
  const reason = messageOf(error).replaceAll(/\/onnxruntime_src\/\S+ /g, "");
  const damaged = reason.includes("parsing failed");
  return new UserError(`Cannot paint with ${name}: ${printable(reason)}`, {
    hint: damaged
      ? "its file is damaged: fetch it again"
      : "a network that takes and gives one picture of a size is needed, float32 [1,3,H,W]",
    ...damaged && { code: "weights-unusable" },
    cause: error,
  });
}
