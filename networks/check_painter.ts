import { isObject, type Json } from "../base/json.ts";
import { sizeOf } from "../graph/mod.ts";
import { kernelShapes, type PainterArchitecture, reachOf, strideOf } from "./painter.ts";

/** What an architecture from a file may have at most: more is meant to fill the memory. */
const most = { steps: 64, channels: 512, kernel: 15, numbers: 30e6, halvings: 5, reach: 384, perPixel: 128 } as const;

const keysOf = {
  whole: ["name", "description", "range", "offset", "epsilon", "grain", "doubling", "steps", "last"],
  step: ["name", "kernel", "channels", "stride", "first", "then", "plus", "linear"],
  last: ["name", "kernel"],
} as const;

/**
 * An architecture that a file describes.
 *
 * @throws {RangeError} if it is none, or larger than any that paints.
 */
export function checkedPainter(value: unknown): PainterArchitecture {
  const { name, description, range, offset, epsilon, grain, doubling, steps, last } = object(
    value,
    "architecture",
    keysOf.whole,
  );
  text(name, "its name", 80);
  text(description, "its description", 300);
  within(range, "its range", 1e-3, 1e4);
  if (offset !== undefined) within(offset, "its offset", -1e4, 1e4);
  within(epsilon, "its epsilon", 1e-12, 1);
  oneOf(grain, "its grain", [undefined, true, false]);
  oneOf(doubling, "its doubling", [undefined, "nearest", "linear"]);
  if (!Array.isArray(steps) || steps.length === 0 || steps.length > most.steps) {
    throw new RangeError(`its architecture needs 1 to ${most.steps} steps`);
  }
  /** Channels of each step, and how often its values are halved. */
  const known = new Map<string, { readonly channels: unknown; readonly halved: number }>();
  let halved = 0;
  for (const step of steps) {
    const { name, kernel, channels, stride, first, then, plus, linear } = object(step, "step", keysOf.step);
    nameOf(name, known);
    sideOf(kernel, `${name}.kernel`);
    within(channels, `${name}.channels`, 1, most.channels);
    whole(channels, `${name}.channels`);
    oneOf(stride, `${name}.stride`, [undefined, 1, 2]);
    oneOf(first, `${name}.first`, [undefined, "halve", "double"]);
    oneOf(then, `${name}.then`, [undefined, "double"]);
    oneOf(linear, `${name}.linear`, [undefined, true, false]);
    halved += Number(first === "halve") + Number(stride === 2) - Number(first === "double");
    within(halved, `the halvings of ${name}`, 0, most.halvings);
    within(Number(channels) / 4 ** halved, `what ${name} holds for each pixel`, 0, most.perPixel);
    halved -= Number(then === "double");
    within(halved, `the halvings of ${name}`, 0, most.halvings);
    if (plus !== undefined) {
      const other = known.get(String(plus));
      if (other?.channels !== channels || other?.halved !== halved) {
        throw new RangeError(`its step ${name} adds what is not of its own shape`);
      }
    }
    known.set(String(name), { channels, halved });
  }
  if (halved !== 0) throw new RangeError("its architecture gives a picture of another size");
  const { name: lastName, kernel } = object(last, "last step", keysOf.last);
  nameOf(lastName, known);
  sideOf(kernel, `${lastName}.kernel`);
  const architecture = value as PainterArchitecture;
  const numbers = [...kernelShapes(architecture).values()].reduce((sum, shape) => sum + sizeOf(shape), 0);
  within(numbers, "the count of its numbers", 1, most.numbers);
  within(strideOf(architecture), "its stride", 1, 2 ** most.halvings);
  within(reachOf(architecture), "its reach", 0, most.reach);
  return architecture;
}

function object(value: unknown, what: string, keys: readonly string[]): Json {
  if (!isObject(value)) throw new RangeError(`its ${what} is not described`);
  const stray = Object.keys(value).find((key) => !keys.includes(key));
  if (stray !== undefined) throw new RangeError(`its ${what} has ${stray}, which this version does not know`);
  return value;
}

function text(value: unknown, what: string, longest: number): void {
  if (typeof value !== "string" || value.length > longest || /\p{Cc}/u.test(value)) {
    throw new RangeError(`${what} is no short text`);
  }
}

function nameOf(value: unknown, known: ReadonlyMap<string, unknown>): void {
  if (typeof value !== "string" || !/^[A-Za-z]\w{0,39}$/.test(value)) throw new RangeError("a step has no proper name");
  if (known.has(value) || value === "rows") throw new RangeError(`two of its steps are named ${value}`);
}

function sideOf(value: unknown, what: string): void {
  whole(value, what);
  within(value, what, 1, most.kernel);
  if (Number(value) % 2 === 0) throw new RangeError(`${what} is even`);
}

function whole(value: unknown, what: string): void {
  if (!Number.isInteger(value)) throw new RangeError(`${what} is no whole number`);
}

function within(value: unknown, what: string, least: number, greatest: number): void {
  if (typeof value === "number" && value >= least && value <= greatest) return;
  throw new RangeError(`${what} is not within ${least} and ${greatest}`);
}

function oneOf(value: unknown, what: string, values: readonly unknown[]): void {
  if (!values.includes(value)) throw new RangeError(`${what} is none of ${values.filter((value) => value).join(", ")}`);
}
