/**
 * Painters: networks that repaint a photograph in one pass. All styles share the kernels; each has a row, the scale and
 * shift of every normalised channel (conditional instance normalisation, Dumoulin et al. 2017, equation 5).
 *
 * @module
 */
import {
  add,
  averagePool,
  border,
  conv2d,
  divide,
  mean,
  multiply,
  type Node,
  relu,
  reshape,
  type Shape,
  slice,
  sqrt,
  square,
  subtract,
  upsample,
} from "../graph/mod.ts";
import type { Parameters, ParameterSource } from "./describing.ts";
import {
  convolvedDoubled,
  convolvedPacked,
  convolvedPicture,
  doubledLinearly,
  type Doubling,
  meanOfPacked,
  packedStyle,
  unpacked,
} from "./packed.ts";
import p16l from "./painter.json" with { type: "json" };

/** A convolution without a bias, its normalisation, what is added to it, and a ReLU. */
export interface PainterStep {
  readonly name: string;
  /** Side of its kernels; the picture is mirrored at its borders. What `first` doubles for a side of 3 goes on there. */
  readonly kernel: number;
  readonly channels: number;
  /** The convolution's step from one place to the next; 1 unless given. */
  readonly stride?: 1 | 2;
  /** What is done to its input: the mean of 2 × 2, or each value made 2 × 2. */
  readonly first?: "halve" | "double";
  /** What is done to its normalised values. */
  readonly then?: "double";
  /** The step whose result is added to its own before the ReLU. */
  readonly plus?: string;
  /** Whether it has no ReLU. */
  readonly linear?: boolean;
}

/** The architecture of a painter as data. */
export interface PainterArchitecture {
  readonly name: string;
  /** One line for a list. */
  readonly description: string;
  /** Levels (0..255) are divided by it after the offset is subtracted, and the result is multiplied by it. */
  readonly range: number;
  /** Subtracted from levels, and added to the result; the range unless given. */
  readonly offset?: number;
  /** Added to the variance of a channel. */
  readonly epsilon: number;
  /** Whether grain.ts is laid over the photographs that it is given. */
  readonly grain?: boolean;
  /** How values are doubled; nearest unless given. */
  readonly doubling?: Doubling;
  /** In order. */
  readonly steps: readonly PainterStep[];
  /** The convolution that gives red, green and blue: neither normalised nor squashed; a row gives its bias. */
  readonly last: Pick<PainterStep, "name" | "kernel">;
}

/** Every architecture of painters, by name. */
export const painterArchitectures: Readonly<Record<string, PainterArchitecture>> = {
  p16l: p16l as PainterArchitecture,
  // That of painters which were trained before it doubled linearly.
  p16: { ...p16l as PainterArchitecture, name: "p16", doubling: "nearest" },
};

/** The scale and shift of each channel of a step, [1, C, 1, 1], or [1, C, H, W] where they differ by place. */
export interface StyleOfStep {
  readonly scale: Node;
  readonly shift: Node;
}

/** The styles of a painter's steps, and the mean colour of its last convolution, in the shape of a shift. */
export interface PainterStyle {
  /**
   * The style of a step.
   *
   * @param size Height and width of its values.
   */
  at(step: string, size: readonly [height: number, width: number]): StyleOfStep;
  /** The bias of the last convolution, in units of the architecture's range, counted from the middle grey. */
  colour(size: readonly [height: number, width: number]): Node;
}

/** The mean and 1 / √(variance + ε) of the channels of a step's convolution, [B, C, 1, 1] or [1, C, 1, 1]. */
export interface StepStatistics {
  readonly mean: Node;
  readonly inverse: Node;
}

/**
 * The statistics by which a step's values are normalised.
 *
 * @param values The convolution's result [B, C, H, W].
 */
export type Normalising = (step: string, values: Node, epsilon: number) => StepStatistics;

/** Every picture by its own statistics (Ulyanov et al. 2016). */
export const byItself: Normalising = (_, values, epsilon) => statisticsOver([2, 3], values, epsilon);

/** All pictures of a batch by the statistics of all of them. */
export const together: Normalising = (_, values, epsilon) => statisticsOver([0, 2, 3], values, epsilon);

function statisticsOver(axes: readonly number[], values: Node, epsilon: number): StepStatistics {
  const centre = mean(values, axes);
  return { mean: centre, inverse: divide(1, sqrt(add(mean(square(subtract(values, centre)), axes), epsilon))) };
}

/** The kernels of a painter by name, such as `deep1a.weight` [96, 96, 3, 3]. */
export function kernelShapes({ steps, last }: PainterArchitecture): Map<string, Shape> {
  const shapes = new Map<string, Shape>();
  let before = 3;
  for (const step of steps) {
    shapes.set(`${step.name}.weight`, [step.channels, before, step.kernel, step.kernel]);
    before = step.channels;
  }
  return shapes.set(`${last.name}.weight`, [3, before, last.kernel, last.kernel]);
}

/** How many numbers a row has: a scale and a shift for each channel of each step, and three for the colour. */
export function rowLength({ steps }: PainterArchitecture): number {
  return steps.reduce((sum, { channels }) => sum + 2 * channels, 3);
}

/** Whether a step's values lie half as densely as its input. */
const halves = ({ first, stride }: PainterStep) => first === "halve" || stride === 2;

/** What sides of a picture must be a multiple of, unless the painter {@linkcode takesAnySize}: it halves so often. */
export function strideOf({ steps }: Pick<PainterArchitecture, "steps">): number {
  return 2 ** steps.filter(halves).length;
}

/**
 * Whether a painter takes pictures whose sides are no multiple of {@linkcode strideOf}: its result is then larger by
 * less than that, and what is too much on the right and below is cut off.
 */
export function takesAnySize(architecture: PainterArchitecture): boolean {
  const stride = strideOf(architecture);
  return Array.from({ length: stride }, (_, i) => 16 * stride + i).every((side) => {
    const sides = new Map<string, number>();
    let now = side;
    for (const { name, first, stride, then, plus } of architecture.steps) {
      if (first === "halve") now = Math.floor(now / 2);
      if (first === "double") now *= 2;
      if (stride === 2) now = Math.ceil(now / 2);
      if (then === "double") now *= 2;
      if (plus && sides.get(plus) !== now) return false;
      sides.set(name, now);
    }
    return now >= side;
  });
}

/**
 * How far a painter looks to each side of a block of {@linkcode strideOf} pixels at a multiple of it, statistics aside; a
 * multiple of the stride, too.
 */
export function reachOf({ steps, last, doubling }: PainterArchitecture): number {
  const stride = strideOf({ steps });
  let [from, to] = [0, stride - 1];
  const widen = (kernel: number) => {
    from -= (kernel - 1) / 2;
    to += (kernel - 1) / 2;
  };
  /** What the places of a doubled picture are made of. */
  const undouble = () => {
    const beside = doubling === "linear" ? 1 : 0;
    from = Math.floor((from - beside) / 2);
    to = Math.floor((to + beside) / 2);
  };
  widen(last.kernel);
  for (const { kernel, first, stride, then } of steps.toReversed()) {
    if (then === "double") undouble();
    if (stride === 2) from *= 2, to *= 2;
    widen(kernel);
    if (first === "double") undouble();
    if (first === "halve") from *= 2, to = 2 * to + 1;
  }
  return Math.ceil(Math.max(-from, to - (stride - 1)) / stride) * stride;
}

/** The style of one row for the whole picture; `row` is a node of [rowLength]. */
export function styleOfRow(architecture: PainterArchitecture, row: Node): PainterStyle {
  const places = new Map<string, number>();
  let place = 0;
  for (const { name, channels } of architecture.steps) {
    places.set(name, place);
    place += 2 * channels;
  }
  const part = (from: number, count: number) => reshape(slice(row, [from], [from + count]), [1, count, 1, 1]);
  const channelsOf = new Map(architecture.steps.map(({ name, channels }) => [name, channels]));
  return {
    at(step) {
      const [from, channels] = [places.get(step)!, channelsOf.get(step)!];
      return { scale: part(from, channels), shift: part(from + channels, channels) };
    },
    colour: () => part(place, 3),
  };
}

/**
 * The pictures that a painter makes of photographs [B, 3, H, W], both in RGB of 0..255, not clamped. H and W are
 * multiples of {@linkcode strideOf}, unless it {@linkcode takesAnySize}.
 *
 * @param parameter Gives the kernels: constants, or inputs where they are trained.
 * @throws {RangeError} if the photographs are too small.
 */
export function painterGraph(
  architecture: PainterArchitecture,
  parameter: ParameterSource,
  style: PainterStyle,
  photographs: Node,
  normalising: Normalising = byItself,
): Node {
  const { range, offset = range, epsilon, doubling = "nearest", steps, last } = architecture;
  const [, , height, width] = photographs.shape;
  // Packed, a kernel mirrors one pixel more than it reaches.
  const widest = Math.max(last.kernel, ...steps.map(({ kernel }) => kernel));
  const isPackable = height % 2 === 0 && width % 2 === 0 && Math.min(height, width) > widest;
  const packing = isPackable ? packedSteps(architecture) : new Set();
  const kernelOf = ({ name, kernel }: Pick<PainterStep, "name" | "kernel">, outputs: number, inputs: number) =>
    parameter(`${name}.weight`, [outputs, inputs, kernel, kernel]);
  const convolved = (x: Node, kernel: Node, stride = 1) =>
    conv2d(border(x, "reflect", (kernel.shape[2] - 1) / 2), kernel, { stride });
  const sized = (x: Node, how?: "halve" | "double") =>
    how === "halve" ? averagePool(x, 2) : how === "double" ? doubled(x) : x;
  const doubled = (x: Node) => doubling === "linear" ? doubledLinearly(x) : upsample(x, 2);
  const done = new Map<string, Node>();
  let x = divide(subtract(photographs, offset), range);
  let [inputs, wasPacked] = [3, false];
  for (const step of steps) {
    const isPacked = packing.has(step.name);
    const isDoubled = step.first === "double" && step.kernel === 3;
    const kernel = kernelOf(step, step.channels, inputs);
    // A doubled one is computed packed, whether or not it stays so.
    const inFours = isPacked || isDoubled;
    const values = isDoubled
      ? convolvedDoubled(x, kernel, doubling)
      : isPacked
      ? convolvedPicture(x, kernel)
      : convolved(wasPacked ? meanOfPacked(x) : sized(x, step.first), kernel, step.stride);
    const [batch, , rows, columns] = values.shape;
    // The four channels of a packed one lie side by side: for statistics they are one.
    const pictured = inFours ? reshape(values, [batch, step.channels, 4 * rows, columns]) : values;
    const { mean, inverse } = normalising(step.name, pictured, epsilon);
    const { scale, shift } = style.at(step.name, inFours ? [2 * rows, 2 * columns] : [rows, columns]);
    // One factor and one sum: with fixed statistics an engine folds both into the kernels.
    const factor = multiply(inverse, scale);
    const summand = subtract(shift, multiply(mean, factor));
    const fitted = (x: Node) => inFours ? packedStyle(x) : x;
    const normalised = add(multiply(values, fitted(factor)), fitted(summand));
    const grown = sized(isDoubled && !isPacked ? unpacked(normalised) : normalised, step.then);
    const whole = step.plus ? add(grown, done.get(step.plus)!) : grown;
    x = step.linear ? whole : relu(whole);
    done.set(step.name, x);
    [inputs, wasPacked] = [step.channels, isPacked];
  }
  const kernel = kernelOf(last, 3, inputs);
  const painted = wasPacked ? unpacked(convolvedPacked(x, kernel)) : convolved(x, kernel);
  const colours = add(painted, style.colour([painted.shape[2], painted.shape[3]]));
  return multiply(add(colours, offset / range), range);
}

/** The steps whose values are packed: all at the size of the picture, or none if one of them cannot be computed so. */
function packedSteps({ steps }: PainterArchitecture): ReadonlySet<string> {
  const packed = new Set<string>();
  let apart = 1;
  for (const [i, step] of steps.entries()) {
    const { name, kernel, first, stride, then } = step;
    const readsPacked = i > 0 && packed.has(steps[i - 1].name);
    if (halves(step)) apart *= 2;
    if (first === "double") apart /= 2;
    const isComputable = stride !== 2 && (i === 0 ? !first : first === "double" && kernel === 3);
    if (readsPacked && first !== "halve" || apart === 1 && !isComputable) return new Set();
    if (apart === 1) packed.add(name);
    if (then === "double") apart /= 2;
    if (then === "double" && apart === 1) return new Set();
  }
  return packed;
}

/** The paintings of a row, so that it is found again. */
export interface Learnt {
  /** SHA-256 of the painting's file, in hexadecimal. */
  readonly painting: string;
  /** Its share. */
  readonly weight: number;
}

/** A style of a painter. */
export interface PainterRow {
  readonly name: string;
  /** The paintings that it has learnt. */
  readonly learnt: readonly Learnt[];
  /** The longer side of a painting beside that of the result, as it was learnt. */
  readonly styleScale: number;
  /** {@linkcode rowLength} numbers: for each step its scales and shifts, then the colour. */
  readonly values: Float32Array;
}

/** A painter with its styles. */
export interface Painter {
  readonly architecture: PainterArchitecture;
  /** Its kernels by name, as {@linkcode kernelShapes} says. */
  readonly kernels: Parameters;
  readonly rows: readonly PainterRow[];
}

/** The styles of places: each row applies where its plane says so, [1, 1, H, W] with 1 in all for every pixel. */
export function styleOfPlaces(
  architecture: PainterArchitecture,
  places: readonly { readonly row: Node; readonly where: Node }[],
): PainterStyle {
  const styles = places.map(({ row }) => styleOfRow(architecture, row));
  const reduced = (where: Node, height: number) => {
    const factor = where.shape[2] / height;
    return factor === 1 ? where : averagePool(where, factor);
  };
  const mixed = (height: number, of: (style: PainterStyle) => Node) =>
    styles.map((style, i) => multiply(of(style), reduced(places[i].where, height))).reduce((a, b) => add(a, b));
  return {
    at: (step, size) => ({
      scale: mixed(size[0], (style) => style.at(step, size).scale),
      shift: mixed(size[0], (style) => style.at(step, size).shift),
    }),
    colour: (size) => mixed(size[0], (style) => style.colour(size)),
  };
}
