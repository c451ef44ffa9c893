/// <reference lib="dom" />
import { act, redo, status, undo } from "./store.ts";
import { helping, mode, resizeBrush, zoom } from "./view.ts";

/** Every key with its words. */
export const keyWords: readonly (readonly [keys: string, words: string])[] = [
  ["Ctrl Z", "undo"],
  ["Ctrl Shift Z", "redo"],
  ["S", "stop, or go on"],
  ["B", "keep the best picture so far"],
  ["P", "paint anew"],
  ["C", "compare"],
  ["M", "mask"],
  ["[ ]", "brush smaller, larger"],
  ["+ − 0 1", "zoom; 0 fits, 1 is 100 %"],
  ["?", "this list"],
];

const plain: Readonly<Record<string, () => void>> = {
  s: () => void act(status.value?.phase === "stopped" ? "go" : "stop"),
  b: () => void act("best"),
  p: () => void act("paint"),
  c: () => mode.value = mode.value === "compare" ? "picture" : "compare",
  m: () => mode.value = mode.value === "mask" ? "picture" : "mask",
  "[": () => resizeBrush(1 / 1.3),
  "]": () => resizeBrush(1.3),
  "+": () => zoom.value = Math.min(8, (zoom.value === "fit" ? 1 : zoom.value) * 1.25),
  "-": () => zoom.value = Math.max(0.05, (zoom.value === "fit" ? 1 : zoom.value) / 1.25),
  "0": () => zoom.value = "fit",
  "1": () => zoom.value = 1,
  "?": () => helping.value = !helping.value,
  Escape: () => helping.value = false,
};

/** Listens to keys, but for those of a field that is being written in. */
export function listenToKeys(): void {
  addEventListener("keydown", (event) => {
    const { target, key, ctrlKey, metaKey, shiftKey, altKey } = event;
    const writes = target instanceof HTMLElement &&
      (target.matches("textarea, select, input:not([type=range]):not([type=checkbox]):not([type=file])"));
    if (writes || altKey) return;
    if (ctrlKey || metaKey) {
      const letter = key.toLowerCase();
      if (letter !== "z" && letter !== "y") return;
      event.preventDefault();
      void (letter === "y" || shiftKey ? redo() : undo());
    } else if (Object.hasOwn(plain, key)) {
      if (target instanceof HTMLInputElement && target.type === "range" && /[-+0-9]/.test(key)) return;
      plain[key]();
    }
  });
}
