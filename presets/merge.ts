import { isObject, type Json } from "../base/json.ts";
import type { ValueSchema } from "../chain/schema.ts";
import { branchOf, isIndex, own, schemaOf } from "../chain/walk.ts";

/**
 * Merges `over` into `under`: objects key by key; all else is replaced, and so are maps that the schema calls whole.
 *
 * @param deep Merges those maps key by key as well, and an object of indices into a list entry by entry.
 */
export function merge(under: unknown, over: unknown, schema: ValueSchema, deep = false): unknown {
  const entries = under === undefined && schema.type === "array" ? [] : under;
  if (deep && Array.isArray(entries) && indexes(over, entries)) {
    const list = [...entries];
    for (const [key, inner] of Object.entries(over)) {
      list[Number(key)] = merge(entries[Number(key)], inner, schemaOf(schema, key), deep);
    }
    return list;
  }
  if (!isObject(under) || !isObject(over) || (schema.whole && !deep)) return over;
  const fitting = branchOf(over, schema);
  const keys = new Set([...Object.keys(under), ...Object.keys(over)]);
  return Object.fromEntries([...keys].map((key) => [
    key,
    Object.hasOwn(over, key) ? merge(own(under, key), over[key], schemaOf(fitting, key), deep) : under[key],
  ]));
}

/** A value without the keys that hold `undefined`, at every depth: code means by them what a file leaves out. */
export function defined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(defined);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(entries.map(([key, inner]) => [key, defined(inner)]));
}

/** Whether all keys of an object are indices of a list, or the index after its last. */
function indexes(over: unknown, list: readonly unknown[]): over is Json {
  return isObject(over) && Object.keys(over).every((key) => isIndex(key) && Number(key) <= list.length);
}
