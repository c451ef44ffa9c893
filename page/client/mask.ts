/// <reference lib="dom" />
import { html } from "npm:htm@3.1.1/preact";
import { useEffect, useReducer, useRef, useState } from "npm:preact@11.2.0/hooks";
import { signal } from "npm:@preact/signals@2.11.4";
import { FileButton, Segments } from "./parts.ts";
import { stylesNow } from "./sources.ts";
import { change, state, upload } from "./store.ts";
import { type MaskCanvas, maskCanvas, type Point } from "./strokes.ts";
import { brush, maskStyle } from "./view.ts";

/** The longer side of a mask in pixels: soft edges need no more. */
const side = 1024;

/** What the tools do to the mask that is shown. */
interface MaskActions {
  readonly index: number;
  /** Whether there is a mask. */
  readonly there: boolean;
  invert(): void;
  clear(): void;
  download(): void;
}

const actions = signal<MaskActions | undefined>(undefined);

/** The mask of a painting over the picture: painted, erased, loaded, saved. Each stroke is a step that can be undone. */
export function Mask({ shape }: { readonly shape: { readonly width: number; readonly height: number } }) {
  const index = Math.min(maskStyle.value, Math.max(0, stylesNow().length - 1));
  const factor = side / Math.max(shape.width, shape.height);
  const [width, height] = [Math.round(shape.width * factor), Math.round(shape.height * factor)];
  const mask = useRef<MaskCanvas | undefined>(undefined);
  const view = useRef<HTMLCanvasElement>(null);
  const [cursor, setCursor] = useState<Point>({ x: width / 2, y: height / 2 });
  const [seen, setSeen] = useState(false);
  const last = useRef<Point | undefined>(undefined);
  /** Whose mask the canvas holds, and which: one that was painted here need not be fetched. */
  const held = useRef<{ readonly index: number; readonly id: string | undefined }>({ index: -1, id: undefined });
  /** The mask's arrival while it is on its way: what would be painted before it would be lost. */
  const coming = useRef<Promise<void> | undefined>(undefined);
  /** How many saves are on their way, and the masks that came meanwhile: they may be what was saved. */
  const saving = useRef({ count: 0, come: new Set<string | undefined>() });
  const [round, lookAgain] = useReducer((round: number) => round + 1, 0);
  const location = stylesNow()[index]?.mask;

  const show = () => {
    const context = view.current?.getContext("2d");
    if (!context || !mask.current) return;
    context.clearRect(0, 0, width, height);
    context.globalCompositeOperation = "source-over";
    context.drawImage(mask.current.canvas, 0, 0);
    context.globalCompositeOperation = "source-in";
    context.fillStyle = getComputedStyle(view.current!).color;
    context.fillRect(0, 0, width, height);
  };

  useEffect(() => {
    const [, id] = /^upload:(\w+)$/.exec(location ?? "") ?? [];
    const same = mask.current?.canvas.width === width && mask.current.canvas.height === height;
    if (same && held.current.index === index) {
      if (held.current.id === id) return show();
      if (saving.current.count > 0) return void saving.current.come.add(id);
    }
    const fresh = maskCanvas(width, height);
    mask.current = fresh;
    held.current = { index, id };
    coming.current = undefined;
    show();
    if (id === undefined) return;
    const image = new Image();
    image.src = `/picture/${id}?side=${side}`;
    const arrival = image.decode().then(() => fresh.load(image), () => {}).then(() => {
      if (mask.current !== fresh) return;
      coming.current = undefined;
      show();
    });
    coming.current = arrival;
  }, [location, index, width, height, round]);

  const save = async () => {
    const { current: now } = saving;
    now.count++;
    const id = await upload(await mask.current!.png(), "mask", index);
    now.count--;
    if (id !== undefined && held.current.index === index) held.current = { index, id };
    if (now.count > 0) return;
    const isThere = now.come.has(id);
    now.come.clear();
    // If another one came behind it, as of an undo, that one is fetched.
    if (isThere) lookAgain(undefined);
  };
  /** Changes the mask as a whole or at one place, once it is there. */
  const alter = async (how: (mask: MaskCanvas) => void) => {
    while (coming.current) await coming.current;
    how(mask.current!);
    show();
    await save();
  };
  const tool = () => ({ ...brush.value, radius: brush.value.size * side / 2 });
  const at = (event: PointerEvent): Point => {
    const box = view.current!.getBoundingClientRect();
    return {
      x: (event.clientX - box.left) * width / box.width,
      y: (event.clientY - box.top) * height / box.height,
    };
  };
  const onPointerDown = (event: PointerEvent) => {
    event.preventDefault();
    if (coming.current) return;
    view.current!.focus({ preventScroll: true });
    view.current!.setPointerCapture(event.pointerId);
    last.current = at(event);
    mask.current!.dab(last.current.x, last.current.y, tool());
    show();
  };
  const onPointerMove = (event: PointerEvent) => {
    const here = at(event);
    setCursor(here);
    if (!last.current) return;
    mask.current!.line(last.current, here, tool());
    last.current = here;
    show();
  };
  const onPointerUp = () => {
    if (!last.current) return;
    last.current = undefined;
    void save();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = brush.value.size * side / (event.shiftKey ? 1 : 4);
    const moves: Record<string, readonly [number, number]> = {
      ArrowLeft: [-step, 0],
      ArrowRight: [step, 0],
      ArrowUp: [0, -step],
      ArrowDown: [0, step],
    };
    if (Object.hasOwn(moves, event.key)) {
      const [x, y] = moves[event.key];
      setCursor({ x: Math.min(width, Math.max(0, cursor.x + x)), y: Math.min(height, Math.max(0, cursor.y + y)) });
    } else if (event.key === " " || event.key === "Enter") {
      const brushNow = tool();
      void alter((mask) => mask.dab(cursor.x, cursor.y, brushNow));
    } else return;
    event.preventDefault();
    event.stopPropagation();
    setSeen(true);
  };
  const invert = () => void alter((mask) => mask.invert());
  const clear = () => {
    const own = state.value?.document.decode as { styles?: unknown } | undefined;
    const all = stylesNow().map(({ mask, ...style }, i) => i === index || !mask ? style : { ...style, mask });
    if (own?.styles || location) void change(["decode", "styles"], all);
  };
  const download = async () => {
    const url = URL.createObjectURL(await mask.current!.png());
    const link = Object.assign(document.createElement("a"), { href: url, download: `mask-${index + 1}.png` });
    link.click();
    URL.revokeObjectURL(url);
  };
  useEffect(() => {
    actions.value = { index, there: location !== undefined, invert, clear, download };
  });
  const ring = brush.value.size * side;
  return html`<div class="mask">
    <canvas ref=${view} width=${width} height=${height} tabindex="0" role="application"
      aria-label=${`The mask of painting ${
    index + 1
  }: arrow keys move the brush, space paints, [ and ] change its size`}
      onPointerDown=${onPointerDown} onPointerMove=${onPointerMove} onPointerUp=${onPointerUp}
      onPointerEnter=${() => setSeen(true)} onPointerLeave=${() => setSeen(false)}
      onFocus=${() => setSeen(true)} onKeyDown=${onKeyDown}></canvas>
    ${
    seen && html`<div class="ring" aria-hidden="true" style=${{
      left: `${100 * cursor.x / width}%`,
      top: `${100 * cursor.y / height}%`,
      width: `${100 * ring / width}%`,
      height: `${100 * ring / height}%`,
    }}></div>`
  }
  </div>`;
}

/** Brush and eraser, and what is done to a whole mask. */
export function MaskTools() {
  const { index = 0, there = false, invert, clear, download } = actions.value ?? {};
  const set = (news: Partial<typeof brush.value>) => brush.value = { ...brush.value, ...news };
  return html`<div class="tools" role="group" aria-label="The mask">
      <${Segments} label="Brush or eraser" value=${brush.value.erase ? "erase" : "brush"}
        options=${[["brush", "Brush"], ["erase", "Eraser"]]}
        onChange=${(value: string) => set({ erase: value === "erase" })} />
      <label>Size <input type="range" min=${Math.log(0.005)} max=${Math.log(0.5)} step="any"
        value=${Math.log(brush.value.size)} aria-valuetext=${`${(100 * brush.value.size).toFixed(0)} %`} title="[ and ]"
        onInput=${(event: Event) =>
    set({ size: Math.exp(Number((event.target as HTMLInputElement).value)) })} /></label>
      <label>Soft <input type="range" min="0" max="1" step="0.05" value=${brush.value.soft}
        onInput=${(event: Event) => set({ soft: Number((event.target as HTMLInputElement).value) })} /></label>
      <span class="tools-end">
        <button type="button" onClick=${invert}>Invert</button>
        <button type="button" onClick=${clear} disabled=${!there}>Clear</button>
        <${FileButton} kind="inline" label="Load a mask"
          onFiles=${([file]: File[]) => file && upload(file, "mask", index)}><span>Load</span><//>
        <button type="button" onClick=${download} disabled=${!there}>Save</button>
      </span>
  </div>`;
}
