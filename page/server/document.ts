import { isObject, type Json } from "../../base/json.ts";
import { isIndex } from "../../chain/walk.ts";
import { undoSteps } from "./limits.ts";

/** What is kept of a document. */
export interface SavedDocument {
  readonly now: Json;
  readonly before: readonly Json[];
  readonly after: readonly Json[];
}

/** The preset that the pages work on together, with every step back and forth. */
export interface PresetDocument {
  readonly json: Json;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  /** Puts another preset in its place; steps of one gesture, such as the move of a slider, are one. */
  set(json: Json, gesture?: string): void;
  undo(): void;
  redo(): void;
  save(): SavedDocument;
}

/**
 * Opens a document.
 *
 * @param changed Told after every change.
 */
export function openDocument(saved: SavedDocument, changed: () => void): PresetDocument {
  let { now } = saved;
  const before = [...saved.before];
  const after = [...saved.after];
  let lastGesture: string | undefined;
  const move = (from: Json[], to: Json[]) => {
    const json = from.pop();
    if (json === undefined) return;
    to.push(now);
    now = json;
    lastGesture = undefined;
    changed();
  };
  return {
    get json() {
      return now;
    },
    get canUndo() {
      return before.length > 0;
    },
    get canRedo() {
      return after.length > 0;
    },
    set(json, gesture) {
      if (JSON.stringify(json) === JSON.stringify(now)) return;
      if (gesture === undefined || gesture !== lastGesture) {
        before.push(now);
        if (before.length > undoSteps) before.shift();
      }
      lastGesture = gesture;
      after.length = 0;
      now = json;
      changed();
    },
    undo: () => move(before, after),
    redo: () => move(after, before),
    save: () => ({ now, before: [...before], after: [...after] }),
  };
}

/** A preset with the value at a path changed; undefined takes it out, and whatever is empty then. */
export function withValue(json: Json, [key, ...rest]: readonly string[], value: unknown): Json {
  const inner = Object.hasOwn(json, key) ? json[key] : undefined;
  const next = rest.length === 0
    ? value
    : Array.isArray(inner) && isIndex(rest[0])
    ? withEntry(inner, rest, value)
    : withValue(isObject(inner) ? inner : {}, rest, value);
  const emptied = rest.length > 0 && value === undefined && isObject(next) && Object.keys(next).length === 0;
  if (next !== undefined && !emptied) return { ...json, [key]: next };
  const { [key]: _, ...others } = json;
  return others;
}

/** A list with something in an entry changed; undefined takes the entry itself out. */
function withEntry(list: readonly unknown[], [key, ...rest]: readonly string[], value: unknown): unknown[] | undefined {
  const index = Number(key);
  if (rest.length === 0 && value === undefined) {
    const left = list.filter((_, i) => i !== index);
    return left.length > 0 ? left : undefined;
  }
  const old = list[index];
  const next = rest.length === 0 ? value : withValue(isObject(old) ? old : {}, rest, value);
  return [...list.slice(0, index), next, ...list.slice(index + 1)];
}
