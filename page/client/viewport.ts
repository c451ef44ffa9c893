/// <reference lib="dom" />
import { html } from "npm:htm@3.1.1/preact";
import { useEffect, useLayoutEffect, useRef, useState } from "npm:preact@11.2.0/hooks";
import { Compare } from "./compare.ts";
import { Mask, MaskTools } from "./mask.ts";
import { FileButton, Segments } from "./parts.ts";
import { Gallery, nameOf, stylesNow } from "./sources.ts";
import { frameUrl, isWorking, state, status, uploadAll, versions } from "./store.ts";
import { left, maskStyle, mode, right, zoom } from "./view.ts";

interface Size {
  readonly width: number;
  readonly height: number;
}

/** The address of what a side of a comparison shows. */
export function sourceOf(name: string): string {
  if (name === "photograph") return `/photograph?side=1600&${photographKey()}`;
  return name === "now" ? frameUrl.value : `/version/${name}?side=1600`;
}

/** The photograph's name, so that another one is fetched anew. */
export function photographKey(): string {
  const { content } = (state.value?.effective.decode ?? {}) as { content?: string };
  return encodeURIComponent(content ?? "");
}

/** What to do with an empty page. */
function Empty() {
  return html`
    <div class="empty">
      <h2 class="title">Drop a photograph and a painting</h2>
      <p>The photograph is painted in the painting's manner, at once.</p>
      <div class="empty-drops">
        <${FileButton} kind="big" label="Choose a photograph and paintings" multiple
          onFiles=${(files: File[]) => uploadAll(files, "auto")}>
          <span
            class="hint"><b>Choose files</b><br />or drop or paste them anywhere. A picture painted here brings its preset back.</span>
          <//>
          </div>
          <p class="muted">Or begin with a preset, and its photograph:</p>
          <${Gallery} />
          </div>
  `;
}

/** A painting is asked for once the photograph is there. */
function Half() {
  return html`<div class="half"><b>Now a painting</b><span>Drop one, or take one of the presets.</span></div>`;
}

function CompareChoices() {
  const options = (now: string, set: (name: string) => void, label: string) =>
    html`<select aria-label=${label} value=${now} onChange=${(event: Event) =>
      set((event.target as HTMLSelectElement).value)}>
      <option value="photograph">Photograph</option><option value="now">The picture now</option>${
      versions.value.filter(({ kind }) => kind !== "sheet").map(({ id, file }) =>
        html`<option key=${id} value=${id}>${file}</option>`
      )
    }</select>`;
  return html`<div class="tools two" role="group" aria-label="What is compared">
    ${options(left.value, (name) => left.value = name, "Left side")}
    ${options(right.value, (name) => right.value = name, "Right side")}
  </div>`;
}

const modes = [["picture", "Picture"], ["compare", "Compare"], ["mask", "Mask"]] as const;

function Toolbar({ scale, zoomBy }: { readonly scale: number; readonly zoomBy: (factor: number) => void }) {
  const styles = stylesNow();
  return html`<div class="toolbar">
    <${Segments} label="What is shown" value=${mode.value} onChange=${(value: typeof mode.value) => mode.value = value}
      options=${modes.filter(([name]) => name !== "mask" || styles.length > 0)} />
    ${
    mode.value === "mask" && styles.length > 1 && html`
      <select aria-label="The mask of" value=${String(maskStyle.value)}
        onChange=${(event: Event) => maskStyle.value = Number((event.target as HTMLSelectElement).value)}>${styles.map((
          { picture },
          i,
        ) => html`<option key=${i} value=${String(i)}>${nameOf(picture)}</option>`)}</select>
    `
  }
    <span class="zoom" role="group" aria-label="Zoom">
      <button type="button" aria-label="Smaller" onClick=${() => zoomBy(1 / 1.25)}>−</button>
      <button type="button" aria-pressed=${zoom.value === "fit"} onClick=${() => zoom.value = "fit"}>Fit</button>
      <button type="button" aria-pressed=${zoom.value === 1} onClick=${() => zoom.value = 1}>100 %</button>
      <button type="button" aria-label="Larger" onClick=${() => zoomBy(1.25)}>+</button>
      <output aria-label="Zoom now">${Math.round(100 * scale)} %</output>
    </span>
  </div>
  ${mode.value === "compare" && html`<${CompareChoices} />`}
  ${mode.value === "mask" && html`<${MaskTools} />`}`;
}

/** The size of an element, followed. */
function useSize() {
  const ref = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState<Size>({ width: 0, height: 0 });
  useEffect(() => {
    const observer = new ResizeObserver(([{ contentRect: { width, height } }]) => setSize({ width, height }));
    observer.observe(ref.current!);
    return () => observer.disconnect();
  }, []);
  return [ref, size] as const;
}

/** The picture with its tools: zoomed and moved, compared, masked. */
export function Viewport() {
  const [ref, room] = useSize();
  const [own, setOwn] = useState<Size>({ width: 4, height: 3 });
  const frame = status.value?.frame;
  const nothing = !state.value?.photograph && !isWorking();
  // Without paintings the photograph is shown, not what was painted of others before.
  const painted = frameUrl.value !== "" && (stylesNow().length > 0 || isWorking());
  const picture: Size = frame && frame.width > 0 && painted ? frame : own;
  const fit = Math.min(room.width / picture.width, room.height / picture.height) || 0;
  const scale = zoom.value === "fit" ? fit : zoom.value;
  const size = { width: Math.round(picture.width * scale), height: Math.round(picture.height * scale) };
  const zoomBy = (factor: number) => zoom.value = Math.min(8, Math.max(0.05, scale * factor));

  // What is in the middle stays there.
  const before = useRef(scale);
  useLayoutEffect(() => {
    const { current: element } = ref;
    const factor = scale / before.current;
    before.current = scale;
    if (!element || zoom.value === "fit" || !(factor > 0) || !Number.isFinite(factor)) return;
    const { scrollLeft, scrollTop, clientWidth, clientHeight } = element;
    const [x, y] = [(scrollLeft + clientWidth / 2) * factor, (scrollTop + clientHeight / 2) * factor];
    element.scrollTo(x - clientWidth / 2, y - clientHeight / 2);
  }, [scale]);

  const drag = useRef<{ x: number; y: number; left: number; top: number } | undefined>(undefined);
  const onPointerDown = (event: PointerEvent) => {
    if (mode.value !== "picture" || event.button !== 0 || event.pointerType === "touch") return;
    const { scrollLeft, scrollTop } = ref.current!;
    drag.current = { x: event.clientX, y: event.clientY, left: scrollLeft, top: scrollTop };
    ref.current!.setPointerCapture(event.pointerId);
  };
  const onPointerMove = (event: PointerEvent) => {
    const { current } = drag;
    if (!current) return;
    ref.current!.scrollTo(current.left + current.x - event.clientX, current.top + current.y - event.clientY);
  };
  useEffect(() => {
    // Only a listener that is not passive may keep the page from being zoomed in the picture's place.
    const onWheel = (event: WheelEvent) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      zoomBy(event.deltaY < 0 ? 1.1 : 1 / 1.1);
    };
    const element = ref.current!;
    element.addEventListener("wheel", onWheel, { passive: false });
    return () => element.removeEventListener("wheel", onWheel);
  });

  const kept = frame?.version !== undefined && scale >= 1 && picture.width > 1600;
  const now = kept ? `/version/${frame.version}?side=8192` : frameUrl.value;
  const seen = painted ? now : sourceOf("photograph");
  return html`<section class="stage" aria-label="The picture">
    ${nothing || !state.value ? null : html`<${Toolbar} scale=${scale} zoomBy=${zoomBy} />`}
    <div class=${`viewport ${zoom.value === "fit" ? "fits" : "moves"}`} ref=${ref} tabindex="0" role="group"
      aria-label="The picture; arrow keys move it" onPointerDown=${onPointerDown} onPointerMove=${onPointerMove}
      onPointerUp=${() => drag.current = undefined} onDblClick=${() => zoom.value = zoom.value === "fit" ? 1 : "fit"}>
      ${
    !state.value
      ? null
      : nothing
      ? html`<${Empty} />`
      : html`<div class="canvas" style=${{ width: `${size.width}px`, height: `${size.height}px` }}>
        ${
        mode.value === "compare"
          ? html`<${Compare} left=${sourceOf(left.value)} right=${sourceOf(right.value) || sourceOf("photograph")} />`
          : html`
            <img id="picture" src=${seen}
              alt=${painted ? "The painting so far" : "The photograph"} draggable=${false}
              onLoad=${(event: Event) => {
                const { naturalWidth: width, naturalHeight: height } = event.target as HTMLImageElement;
                if (width !== own.width || height !== own.height) setOwn({ width, height });
              }} />
          `
      }
        ${mode.value === "mask" && html`<${Mask} shape=${picture} />`}
      </div>`
  }
      ${!nothing && stylesNow().length === 0 && !isWorking() && html`<${Half} />`}
    </div>
  </section>`;
}
