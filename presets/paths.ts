import { isObject, type Json } from "../base/json.ts";
import type { Path } from "../chain/walk.ts";

/** The key of the preset that a dotted path begins with. */
export function topOf(path: string): string {
  return path.split(".", 1)[0];
}

/** A preset without what stands at some paths; of a key with dots, what stands before the first counts. */
export function without(json: Json, paths: ReadonlySet<string>, prefix = ""): Json {
  if (paths.size === 0) return json;
  const entries = Object.entries(json).filter(([key]) => ![key, topOf(key)].some((key) => paths.has(prefix + key)));
  return Object.fromEntries(
    entries.map(([key, value]) => [key, isObject(value) ? without(value, paths, `${prefix}${key}.`) : value]),
  );
}

/** Whether one path leads to the other, or they are the same. */
export function related(a: string, b: string): boolean {
  return `${a}.`.startsWith(`${b}.`) || `${b}.`.startsWith(`${a}.`);
}

/** What stands at a path of a value; undefined if nothing does. */
export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce((inner, key) => holds(inner, key) ? inner[key] : undefined, value);
}

/** How many keys of a path lead to something in a value. */
export function depthOf(value: unknown, [key, ...rest]: Path): number {
  return key !== undefined && holds(value, key) ? 1 + depthOf(value[key], rest) : 0;
}

function holds(value: unknown, key: string): value is Json {
  return typeof value === "object" && value !== null && Object.hasOwn(value, key);
}
