import { signal } from "npm:@preact/signals@2.11.4";

/** What the middle of the page shows. */
export const mode = signal<"picture" | "compare" | "mask">("picture");
/** The painting whose mask is painted, by its place in the list. */
export const maskStyle = signal(0);
/** The zoom: pixels of the screen for one of the picture, or as much as fits. */
export const zoom = signal<"fit" | number>("fit");
/** The two sides of a comparison: an address, or the picture itself. */
export const left = signal("photograph");
/** The right side. */
export const right = signal("now");
/** Which panel is open. */
export const panel = signal<"settings" | "json" | "history" | "make">("settings");
/** Whether the list of keys is open. */
export const helping = signal(false);
/** The brush: its width as a share of the picture's longer side, and how soft its edge is. */
export const brush = signal({ size: 0.08, soft: 0.5, erase: false });

/** Makes the brush wider or narrower. */
export function resizeBrush(factor: number): void {
  const size = Math.min(0.5, Math.max(0.005, brush.value.size * factor));
  brush.value = { ...brush.value, size };
}
